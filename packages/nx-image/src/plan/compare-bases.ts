import { isDescribed, type BaseDescription, type Description, type PlatformDescription } from './description';
import type { Change } from './reason';

export interface PresentBases {
  readonly platform: string;
  readonly description: PlatformDescription;
  /** The first hex digits of the child of an external base for another platform, where it is known. */
  readonly childOf: (name: string, platform: string) => string | undefined;
  /** The image that a name `<image>-<tag>` is of. */
  readonly parentOf: (name: string) => string | undefined;
}

/**
 * Bases that are others than they were, and those in whose place another is.
 * @param sameStages whether the stages that are used are the same: else bases come and go with them
 */
export function compareBases(
  before: Description,
  was: PlatformDescription,
  present: PresentBases,
  sameStages: boolean,
): readonly Change[] {
  const [old, now] = [byName(was), byName(present.description)];
  const moved = [...now].flatMap(([name, bases]) => {
    const from = old.get(name);
    return from !== undefined && hasMoved(from, bases, sameStages)
      ? [movedBase(before, name, from, bases, present)]
      : [];
  });
  if (!sameStages) return moved;
  const gone = [...old.keys()].filter((name) => !now.has(name));
  const added = [...now.keys()].filter((name) => !old.has(name));
  const replaced = gone.length === added.length;
  return [
    ...moved,
    ...gone.map((name, index): Change =>
      replaced
        ? { kind: 'base', how: 'replaced', from: name, to: added[index] ?? '' }
        : { kind: 'base', how: 'removed', name },
    ),
    ...(replaced ? [] : added.map((name): Change => ({ kind: 'base', how: 'added', name }))),
  ];
}

type Bases = [BaseDescription, ...BaseDescription[]];

function byName({ bases }: PlatformDescription): ReadonlyMap<string, Bases> {
  const all = new Map<string, Bases>();
  for (const base of bases) {
    const known = all.get(base.name);
    if (known === undefined) all.set(base.name, [base]);
    else known.push(base);
  }
  return all;
}

/**
 * Whether the name names something else, and is not only used otherwise: in another stage, or for another platform, it stands for another child.
 * An image of this repository has no index that would tell: while one of its children is still used, the others come and go with the stages.
 */
function hasMoved(from: Bases, to: Bases, sameStages: boolean): boolean {
  const [was, is] = [identities(from), identities(to)];
  const gone = [...was].filter((one) => !is.has(one)).length;
  if (from[0].index !== undefined && from[0].index === to[0].index) return false;
  if (sameStages) return gone > 0 || was.size !== is.size;
  return from[0].index === undefined ? gone === was.size : gone > 0;
}

/** What the input key knows of them. */
function identities(bases: readonly BaseDescription[]): ReadonlySet<string> {
  return new Set(bases.map(({ child, identity }) => identity ?? child));
}

function movedBase(before: Description, name: string, [from]: Bases, bases: Bases, present: PresentBases): Change {
  const [to] = bases;
  if (to.index === undefined) return { kind: 'base', how: 'anew', name: present.parentOf(name) ?? name };
  const states = Object.entries(before.platforms).flatMap(([platform, one]) => {
    if (platform === present.platform) return [{ platform, moved: true }];
    const child = isDescribed(one) ? one.bases.find((base) => base.name === name)?.child : undefined;
    const now = present.childOf(name, platform);
    return child === undefined || now === undefined ? [] : [{ platform, moved: child !== now }];
  });
  const only = states.filter(({ moved }) => moved).map(({ platform }) => platform);
  return {
    kind: 'base',
    how: 'moved',
    name,
    from: from.index ?? from.child,
    to: to.index,
    ...(only.length === states.length || bases.some(({ identity }) => identity !== undefined)
      ? {}
      : { platforms: only }),
  };
}
