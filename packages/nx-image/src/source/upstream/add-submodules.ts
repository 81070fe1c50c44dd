import { posix } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { fetchSubmodule, type UpstreamCommit } from './fetch-submodule';
import { readGitmodules } from './read-gitmodules';
import { readTree, type TreeEntry } from './read-tree';

export interface SourceTree {
  /** From the context. */
  readonly entries: readonly TreeEntry[];
  /** The submodules' commits, to be read from beside the upstream's: see `CommitAccess.others`. */
  readonly others: readonly string[];
  readonly notes: readonly string[];
}

const GITLINK = '160000';
const MOST_DEEP = 10;
const MOST = 1000;
const AT_ONCE = 4;

/** A submodule that is to be read: in which commit it is pinned, and where its files go. */
interface Pinned {
  readonly superproject: UpstreamCommit;
  /** In the superproject. */
  readonly path: string;
  readonly commit: string;
  /** In the context. */
  readonly at: string;
}

/**
 * Puts the files of submodules in the place of the commits that the tree pins, those of submodules within them too; a submodule that is not `wanted` is left out. Without
 * submodules it starts no process.
 * @param directory the context's, in the commit: entries are from there
 * @throws HephyError SUBMODULE_INVALID, SUBMODULE_UNAVAILABLE
 */
export async function addSubmodules(
  commit: UpstreamCommit,
  directory: string,
  entries: readonly TreeEntry[],
  wanted: (path: string) => boolean,
): Promise<SourceTree> {
  const files = entries.filter(({ mode }) => mode !== GITLINK);
  const others = new Set<string>();
  const notes: string[] = [];
  let level = entries
    .filter(({ mode, path }) => mode === GITLINK && wanted(path))
    .map(({ path, id }) => ({ superproject: commit, path: posix.join(directory, path), commit: id, at: path }));
  for (let depth = 0, count = 0; level.length > 0; depth++) {
    count += level.length;
    if (depth === MOST_DEEP || count > MOST) throw tooMany(commit.repo);
    const declare = declarations();
    const inside = await mapAtMost(AT_ONCE, level, (pinned) => readSubmodule(pinned, declare, notes));
    level = [];
    for (const { pinned, found } of inside.flat()) {
      others.add(pinned.commit);
      for (const entry of found.entries) {
        const at = `${pinned.at}/${entry.path}`;
        if (entry.mode !== GITLINK) files.push({ ...entry, path: at });
        else if (wanted(at)) level.push({ superproject: found.commit, path: entry.path, commit: entry.id, at });
      }
    }
  }
  return { entries: files, others: [...others], notes };
}

type Declare = (commit: UpstreamCommit) => ReturnType<typeof readGitmodules>;

/** Reads the `.gitmodules` of each superproject once. */
function declarations(): Declare {
  const read = new Map<string, ReturnType<typeof readGitmodules>>();
  return (commit) => {
    const known = read.get(commit.commit) ?? readGitmodules(commit, commit.repo);
    read.set(commit.commit, known);
    return known;
  };
}

async function readSubmodule(
  pinned: Pinned,
  declare: Declare,
  notes: string[],
): Promise<
  {
    readonly pinned: Pinned;
    readonly found: { readonly commit: UpstreamCommit; readonly entries: readonly TreeEntry[] };
  }[]
> {
  const declared = (await declare(pinned.superproject)).get(pinned.path);
  if (declared?.unwanted === true) {
    notes.push(`the submodule ${pinned.at} is not fetched: the upstream says \`update = none\``);
    return [];
  }
  const commit = await fetchSubmodule(pinned.superproject, pinned.path, pinned.commit, declared);
  return [{ pinned, found: { commit, entries: await readTree(commit, '.') } }];
}

function tooMany(repo: string): HephyError {
  return new HephyError(
    'SUBMODULE_INVALID',
    `${repo} has submodules without end: more than ${MOST}, or ${MOST_DEEP} deep`,
    {
      hint: 'Name those that the build does without in .dockerignore.',
    },
  );
}

/** In order, so many at once. The first failure ends it, when what is under way has ended. */
async function mapAtMost<T, R>(most: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const take = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      try {
        results[index] = await work(items[index] as T);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, take));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return results;
}
