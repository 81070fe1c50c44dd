import { isTag } from '../oci/reference';
import type { AdditionalTag } from './build-config';
import type { Complaint, Problem } from './problem';
import { quoted } from './quoted';
import { isList, isMapping, type Path, type Value } from './value';

export const LATEST = 'latest';
const UPSTREAM_REF = '{upstream_ref}';

interface RawTag {
  readonly written: string;
  readonly moving: boolean | undefined;
  readonly path: Path;
}

/** The entries that are of the right shape. */
function readRawTags(value: Value | undefined, base: Path): readonly RawTag[] {
  return isList(value) ? value.flatMap((entry, index) => readRawTag(entry, [...base, index])) : [];
}

function readRawTag(entry: Value, path: Path): readonly RawTag[] {
  if (typeof entry === 'string') return [{ written: entry, moving: undefined, path }];
  if (!isMapping(entry) || typeof entry.tag !== 'string') return [];
  const moving = entry.moving;
  return [{ written: entry.tag, moving: moving === undefined ? undefined : moving === 'true', path: [...path, 'tag'] }];
}

/**
 * Only for what `checkTags` lets through.
 * @param value of `additional_tags`
 */
export function readTags(value: Value | undefined, upstreamRef: string | undefined): readonly AdditionalTag[] {
  const ref = upstreamRef ?? UPSTREAM_REF;
  return readRawTags(value, []).map(({ written, moving }) => {
    const name = written.replaceAll(UPSTREAM_REF, () => ref);
    return { name, moving: moving ?? name === LATEST };
  });
}

/**
 * @param value of `additional_tags`
 * @param base where it stands
 */
export function checkTags(value: Value | undefined, upstreamRef: Value | undefined, base: Path): readonly Problem[] {
  const ref = typeof upstreamRef === 'string' ? upstreamRef : undefined;
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { written, moving, path } of readRawTags(value, base)) {
    const complain = (complaint: Complaint): unknown => problems.push({ ...complaint, path });
    if (written.includes(UPSTREAM_REF) && ref === undefined) {
      complain({
        what: `${quoted(written)} needs an upstream_ref, and there is none`,
        hint: 'Give `upstream_repo` and `upstream_ref`, or write the tag out.',
      });
      continue;
    }
    const name = written.replaceAll(UPSTREAM_REF, () => ref ?? '');
    if (!isTag(name)) complain(noTag(written, name));
    else if (seen.has(name)) complain({ what: `the tag ${quoted(name)} is given twice`, hint: 'Keep one of them.' });
    else if (name === LATEST && moving === false) {
      complain({ what: '`latest` always moves', hint: 'Write it without `moving: false`, or use another tag.' });
    }
    seen.add(name);
  }
  return problems;
}

function noTag(written: string, name: string): Complaint {
  const shown = written === name ? quoted(name) : `${quoted(name)}, which ${quoted(written)} becomes,`;
  if (/[{}$]/.test(name)) {
    return { what: `${shown} is no tag`, hint: 'Only `{upstream_ref}` is expanded in tags; write the rest out.' };
  }
  if (name === '') return { what: 'a tag is empty', hint: 'Remove the entry, or write a tag as `v1.25.3`.' };
  return {
    what: `${shown} is no tag`,
    hint: 'Use up to 128 letters, digits, `_`, `.` and `-`, the last two not at the start.',
  };
}
