import { hasDrifted, type Drifts } from './drift';

/** What `drift --run` builds, by the name of the project. */
export interface DriftRun {
  readonly projects: readonly string[];
  /** Moved, and not built for a project that they depend on: the tag of its upstream moved. */
  readonly held: readonly { readonly project: string; readonly by: string }[];
}

/** The projects of nx's graph, as far as a run of images needs them. */
export interface ImageProjects {
  /** The project whose root is the image's directory. */
  readonly nameOf: (root: string) => string;
  /** Those that depend on it, directly. */
  readonly dependents: (project: string) => readonly string[];
}

/** The projects of images that moved and all that depend on them; without those whose tag moved, and without what depends on those: nx would run them first. */
export function planDriftRun({ asked, parents }: Drifts, { nameOf, dependents }: ImageProjects): DriftRun {
  const refused = [...asked, ...parents].flatMap(({ root, tag }) => (tag === undefined ? [] : [nameOf(root)]));
  const heldBy = new Map<string, string>();
  for (const by of new Set(refused)) {
    for (const project of closure([by], dependents)) heldBy.set(project, heldBy.get(project) ?? by);
  }
  const moved = asked.filter(hasDrifted).map(({ root }) => nameOf(root));
  const wanted = [...closure(moved, dependents)].sort();
  return {
    projects: wanted.filter((project) => !heldBy.has(project)),
    held: wanted.flatMap((project) => {
      const by = heldBy.get(project);
      return by === undefined || refused.includes(project) ? [] : [{ project, by }];
    }),
  };
}

function closure(from: readonly string[], dependents: ImageProjects['dependents']): ReadonlySet<string> {
  const found = new Set(from);
  // What is added while it is walked is walked too.
  for (const project of found) for (const dependent of dependents(project)) found.add(dependent);
  return found;
}
