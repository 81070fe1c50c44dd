import type { Change, Reason } from '../plan/reason';
import { printableLine } from './printable';
import type { BuildResult } from './result';

/** So many files are named in a line. */
const NAMED_FILES = 6;

/** One line: `build arg FOO changed; files changed: bin/run (mode), conf/a (content)`. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'reuse':
      return reason.since === undefined ? 'built from the same inputs before' : `since ${printableLine(reason.since)}`;
    case 'changed':
      return changesText(reason.changes);
    case 'first':
      return 'nothing was published before';
    case 'gone':
      return 'nothing changed, and the registry no longer has what was built';
    case 'rebuild':
      return reason.by === 'option' ? 'asked for by --rebuild' : '`reuse: false`';
    case 'unknown':
      return `what changed is not known: ${printableLine(reason.why)}`;
  }
}

/** Why there is a new index: what of it is new. Why that is has its own line. */
export function newPlatformsText(builds: readonly Pick<BuildResult, 'platform' | 'outcome'>[]): string {
  const built = builds.filter(({ outcome }) => outcome === 'built');
  if (built.length === 0) return 'made of what was built before';
  return built.length === builds.length ? 'made anew' : `${built.map(({ platform }) => platform).join(', ')} made anew`;
}

export function changesText(changes: readonly Change[]): string {
  const files = changes.filter(({ kind }) => kind === 'file');
  const texts = changes.flatMap((change) => {
    if (change.kind !== 'file') return [changeText(change)];
    return change === files[0] ? [filesText(files)] : [];
  });
  return texts.join('; ');
}

function changeText({ kind, how, name: written, from, to, platforms = [] }: Change): string {
  const name = printableLine(written ?? '');
  const only = platforms.length === 0 ? '' : ` (${platforms.map(printableLine).join(', ')} only)`;
  switch (kind) {
    case 'platform':
      return `${name} is new`;
    case 'upstream':
      if (how === 'replaced') return `upstream ${quoted(from)} replaced by ${quoted(to)}`;
      if (how === 'changed') return `upstream_ref ${quoted(from)} → ${quoted(to)}`;
      return `upstream ${name} moved ${quoted(from)} → ${quoted(to)}`;
    case 'dockerfile':
      return 'Dockerfile changed';
    case 'target':
      return `target ${quoted(from)} → ${quoted(to)}`;
    case 'context':
      return `context_path ${quoted(from)} → ${quoted(to)}`;
    case 'arg':
      return name === '' ? 'build args changed' : `build arg ${name} ${how}`;
    case 'label':
      return name === '' ? 'labels changed' : `label ${name} ${how}`;
    case 'base':
      if (how === 'replaced') return `base ${quoted(showBase(from))} replaced by ${quoted(showBase(to))}`;
      if (how === 'anew') return `base ${name} was built anew`;
      if (how === 'pending') return `base ${name} would be built anew`;
      if (how === 'moved') return `base ${showBase(name)} moved ${shortHex(from)} → ${shortHex(to)}${only}`;
      return `base ${showBase(name)} ${how}`;
    case 'builder':
      return `builder ${quoted(from)} → ${quoted(to)}`;
    case 'reproducible':
      return `reproducible ${quoted(from)} → ${quoted(to)}`;
    case 'flags':
      return `hephy's own flags for ${name} changed`;
    case 'epoch':
      return `epoch ${quoted(from)} → ${quoted(to)}`;
    case 'period':
      return how === 'changed' ? `the period ${quoted(from)} is over: ${quoted(to)}` : `max_age ${how}`;
    case 'file':
      return filesText([{ kind, how, name: written }]);
  }
}

function filesText(files: readonly Change[]): string {
  const known = files.filter(({ name }) => name !== undefined);
  if (known.length === 0) return 'files changed';
  const named = known.slice(0, NAMED_FILES).map(({ how, name = '' }) => {
    const path = printableLine(name);
    return how === 'below' ? `below ${path}` : `${path} (${how})`;
  });
  const more = known.length - named.length + files.reduce((sum, file) => sum + (file.more ?? 0), 0);
  return `files changed: ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

function quoted(value: string | undefined): string {
  return value === undefined || value === '' ? '(none)' : printableLine(value);
}

/** As people write it. */
function showBase(name = ''): string {
  return name.replace(/^docker\.io\/(?:library\/)?/, '');
}

/** As docker shows digests. */
function shortHex(hex: string | undefined): string {
  return `sha256:${printableLine(hex ?? '').slice(0, 12)}…`;
}
