import { formatPlatform, parsePlatform } from '../oci/platform';
import { checkBuildArgs } from './check-build-args';
import { checkTags } from './check-tags';
import type { Problem } from './problem';
import { quoted } from './quoted';
import { isList, isMapping, type Mapping, type Path, type Value } from './value';

/** What concerns several values. Values of a wrong shape are passed over: `checkShape` has them. */
export function checkTogether(root: Mapping): readonly Problem[] {
  return [
    ...checkSource(root),
    ...checkSame(root.env, ['env'], (entry) => entry),
    ...checkImage(root, root, []),
    ...(root.variants === undefined ? [] : checkVariants(root.variants, root)),
  ];
}

function checkVariants(variants: Value, root: Mapping): readonly Problem[] {
  if (!isMapping(variants)) return [];
  return [
    ...checkPrototype(variants, ['variants']),
    ...Object.entries(variants).flatMap(([name, value]) =>
      isMapping(value) ? checkImage(value, root, ['variants', name]) : [],
    ),
  ];
}

/** What an image has of its own: the directory's, or a variant. */
function checkImage(image: Mapping, root: Mapping, base: Path): readonly Problem[] {
  return [
    ...checkSame(image.platforms, [...base, 'platforms'], (entry) => {
      const platform = parsePlatform(entry);
      return platform === undefined ? undefined : formatPlatform(platform);
    }),
    ...checkBuildArgs(image.build_args, root.env, [...base, 'build_args']),
    ...checkTags(image.additional_tags, root.upstream_ref, [...base, 'additional_tags']),
    ...['labels', 'build_args'].flatMap((key) => checkPrototype(image[key], [...base, key])),
  ];
}

function checkSource(root: Mapping): readonly Problem[] {
  const upstream = 'upstream_repo' in root;
  const problems: Problem[] = [];
  const complain = (key: string, what: string, hint: string): unknown =>
    problems.push({ path: [key], atKey: true, what, hint });
  if (upstream && !('upstream_ref' in root)) {
    complain(
      'upstream_repo',
      '`upstream_repo` is given without `upstream_ref`',
      'Say which tag, branch or commit is built: `upstream_ref: v1.25.3`.',
    );
  }
  if (!upstream && 'upstream_ref' in root) {
    complain(
      'upstream_ref',
      '`upstream_ref` is given without `upstream_repo`',
      'Name the repository in `upstream_repo`, or remove it.',
    );
  }
  if (!upstream && 'upstream_moving' in root) {
    complain(
      'upstream_moving',
      '`upstream_moving` is given without `upstream_repo`',
      'Name the repository in `upstream_repo`, or remove it.',
    );
  }
  const local = root.use_local_context;
  if (local === 'true' && upstream) {
    complain('use_local_context', '`use_local_context` and `upstream_repo` exclude each other', 'Remove one of them.');
  }
  if (local === 'false' && !upstream) {
    complain(
      'use_local_context',
      'without `upstream_repo` there is only the local context',
      'Name an `upstream_repo`, or remove `use_local_context`.',
    );
  }
  if (root.dockerfile_from === 'upstream' && !upstream) {
    complain(
      'dockerfile_from',
      '`dockerfile_from: upstream` is given without `upstream_repo`',
      'Name the repository in `upstream_repo`, or remove it.',
    );
  }
  return problems;
}

/** Entries that mean the same. */
function checkSame(
  list: Value | undefined,
  path: Path,
  meaning: (entry: string) => string | undefined,
): readonly Problem[] {
  if (!isList(list)) return [];
  const seen = new Map<string, string>();
  return list.flatMap((entry, index): Problem[] => {
    const same = typeof entry === 'string' ? meaning(entry) : undefined;
    if (typeof entry !== 'string' || same === undefined) return [];
    const first = seen.get(same);
    seen.set(same, first ?? entry);
    if (first === undefined) return [];
    const what =
      first === entry ? `${quoted(entry)} is given twice` : `${quoted(entry)} is the same as ${quoted(first)}`;
    return [{ path: [...path, index], what, hint: 'Keep one of them.' }];
  });
}

/** The one key that JavaScript would swallow. */
function checkPrototype(value: Value | undefined, path: Path): readonly Problem[] {
  if (!isMapping(value) || !('__proto__' in value)) return [];
  return [{ path: [...path, '__proto__'], atKey: true, what: '`__proto__` is no name', hint: 'Use another.' }];
}
