import { fetchSubmodule, type UpstreamCommit } from './fetch-submodule';
import { readGitmodules } from './read-gitmodules';
import { readEntries } from './read-tree';

export interface Home {
  readonly commit: UpstreamCommit;
  /** In that commit; `.` is all of it. */
  readonly path: string;
}

/**
 * Where a path of the upstream that its own tree does not have is: in the submodule whose path it begins with, which is fetched, or in one of that. The same commit and path where
 * there is none.
 * @throws HephyError SUBMODULE_INVALID, SUBMODULE_UNAVAILABLE
 */
export async function findHome(commit: UpstreamCommit, path: string): Promise<Home> {
  const parts = path.split('/');
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const link = (await readEntries(commit, above)).find(
    (entry) => entry.mode === '160000' && above.includes(entry.path),
  );
  if (link === undefined) return { commit, path };
  const declared = (await readGitmodules(commit, commit.repo)).get(link.path);
  const submodule = await fetchSubmodule(commit, link.path, link.id, declared);
  if (link.path === path) return { commit: submodule, path: '.' };
  return findHome(submodule, path.slice(link.path.length + 1));
}
