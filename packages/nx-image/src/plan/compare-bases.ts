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
    if (from === undefined || identities(from) === identities(bases)) return [];
    return [movedBase(before, name, from[0], bases[0], present)];
  });
  if (!sameStages) return moved;
  const gone = [...old.keys()].filter((name) => !now.has(name));
  const added = [...now.keys()].filter((name) => !old.has(name));
  const replaced = gone.length === added.length;
  return [
    ...moved,
    ...gone.map((name, index): Change =>
      replaced
        ? { kind: 'base', how: 'replaced', from: showName(name), to: showName(added[index] ?? '') }
        : { kind: 'base', how: 'removed', name: showName(name) },
    ),
    ...(replaced ? [] : added.map((name): Change => ({ kind: 'base', how: 'added', name: showName(name) }))),
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

/** What the input key knows of them. */
function identities(bases: readonly BaseDescription[]): string {
  return bases.map(({ child, identity }) => identity ?? child).join();
}

function movedBase(
  before: Description,
  name: string,
  from: BaseDescription,
  to: BaseDescription,
  present: PresentBases,
): Change {
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
    name: showName(name),
    from: from.index ?? from.child,
    to: to.index,
    ...(only.length === states.length || to.identity !== undefined ? {} : { platforms: only }),
  };
}

/** As people write it. */
function showName(name: string): string {
  return name.replace(/^docker\.io\/(?:library\/)?/, '');
}
