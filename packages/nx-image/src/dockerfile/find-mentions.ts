import type { Range } from './dockerfile';
import { sourceRange, type Flag, type Instruction } from './instruction';

/** What `COPY --from=` or `RUN --mount=from=` names: a stage or an image. */
export interface Mention {
  readonly instruction: 'COPY' | 'RUN';
  /** Quotes and escapes taken away, variables unexpanded. */
  readonly written: string;
  /** In the file. */
  readonly range: Range;
  /** Whether the file has it letter by letter as `written`: what is written with quotes or escapes inside cannot be replaced in place. */
  readonly plain: boolean;
}

export interface Mount {
  readonly flag: Flag;
  /** Lower case; `bind` where none is named. */
  readonly type: string;
  /** `type=bind` of the context. */
  readonly ofContext: boolean;
  readonly writable: boolean;
  /** As written; undefined: none. */
  readonly target: string | undefined;
}

export interface MountFacts {
  readonly mentions: readonly Mention[];
  readonly mounts: readonly Mount[];
  /** `type=bind` of the context, writable. */
  readonly writesContext: boolean;
}

/** Of `COPY --from=…`, whatever stands behind it. */
export function findCopyMention(instruction: Instruction): Mention | undefined {
  const flag = instruction.flags.find(({ text }) => text.startsWith('--from='));
  return flag === undefined ? undefined : mentionIn(instruction, 'COPY', flag, '--from='.length, flag.text.length);
}

/** Of all `--mount=` of a RUN: comma-separated fields, keys in any case; the last of a key counts. */
export function readMounts(instruction: Instruction): MountFacts {
  const mentions: Mention[] = [];
  const mounts: Mount[] = [];
  for (const flag of instruction.flags) {
    if (!flag.text.startsWith('--mount=')) continue;
    let from: Mention | undefined;
    let type = 'bind';
    let writable = false;
    let target: string | undefined;
    for (const { start, end } of fieldsOf(flag.text, '--mount='.length)) {
      const [key, value] = splitOnce(flag.text.slice(start, end));
      const name = key.toLowerCase();
      if (name === 'type') type = (value ?? '').toLowerCase();
      else if (name === 'rw' || name === 'readwrite') writable = value !== 'false' && value !== '0';
      else if (name === 'ro' || name === 'readonly') writable = value === 'false' || value === '0';
      else if (name === 'target' || name === 'dst' || name === 'destination') target = value;
      else if (name === 'from' && value !== undefined && value !== '')
        from = mentionIn(instruction, 'RUN', flag, start + key.length + 1, end);
    }
    if (from !== undefined) mentions.push(from);
    mounts.push({ flag, type, ofContext: from === undefined && type === 'bind', writable, target });
  }
  return { mentions, mounts, writesContext: mounts.some(({ ofContext, writable }) => ofContext && writable) };
}

/** Comma-separated fields; quotes around a field, as CSV has them, belong to no field. */
function fieldsOf(text: string, start: number): Range[] {
  const fields: Range[] = [];
  let at = start;
  while (at <= text.length) {
    const quoted = text.charAt(at) === '"';
    const closing = quoted ? text.indexOf('"', at + 1) : -1;
    const comma = text.indexOf(',', closing < 0 ? at : closing);
    const end = comma < 0 ? text.length : comma;
    fields.push(closing < 0 ? { start: at, end } : { start: at + 1, end: closing });
    at = end + 1;
  }
  return fields;
}

function splitOnce(field: string): [string, string?] {
  const equals = field.indexOf('=');
  return equals < 0 ? [field] : [field.slice(0, equals), field.slice(equals + 1)];
}

function mentionIn(
  instruction: Instruction,
  name: Mention['instruction'],
  flag: Flag,
  start: number,
  end: number,
): Mention {
  const written = flag.text.slice(start, end);
  const first = flag.positions[start] ?? flag.range.end;
  const last = flag.positions[end - 1] ?? first - 1;
  return {
    instruction: name,
    written,
    range: sourceRange(instruction, { start: first, end: last + 1 }),
    plain: instruction.text.slice(first, last + 1) === written,
  };
}
