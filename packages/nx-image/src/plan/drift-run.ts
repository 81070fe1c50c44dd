import { hasDrifted, type ImageDrift } from './drift';

/** What `drift --run` builds, by project. */
export interface DriftRun {
  readonly projects: readonly string[];
  /** Moved, and not built for an image that they are FROM: its tag moved. */
  readonly held: readonly { readonly project: string; readonly by: string }[];
}

/**
 * The projects that moved and all that depend on them; without those whose tag moved, and without what depends on them: nx would run those first.
 * @param dependents projects that depend on one, directly
 */
export function planDriftRun(
  drifts: readonly ImageDrift[],
  dependents: (project: string) => readonly string[],
): DriftRun {
  const refused = [...new Set(drifts.flatMap(({ project, tag }) => (tag === undefined ? [] : [project])))];
  const heldBy = new Map<string, string>();
  for (const by of refused)
    for (const project of closure([by], dependents)) heldBy.set(project, heldBy.get(project) ?? by);
  const moved = drifts.filter((one) => hasDrifted(one)).map(({ project }) => project);
  const wanted = [...closure(moved, dependents)].sort();
  return {
    projects: wanted.filter((project) => !heldBy.has(project)),
    held: wanted.flatMap((project) => {
      const by = heldBy.get(project);
      return by === undefined || refused.includes(project) ? [] : [{ project, by }];
    }),
  };
}

function closure(from: readonly string[], dependents: (project: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  // What is added while it is walked is walked too.
  for (const project of found) for (const dependent of dependents(project)) found.add(dependent);
  return found;
}
