import { posix } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { redact } from '../../errors/redact';
import { NO_RULES, parseIgnoreFile, type IgnoreRules } from '../ignore-rules';
import { refusePointers } from '../lfs-pointers';
import { makeListing } from '../make-listing';
import type { ContextEntry, ContextListing } from '../source';
import { addSubmodules, type SourceTree } from './add-submodules';
import { checkNesting } from './check-nesting';
import type { UpstreamCommit } from './fetch-submodule';
import { findHome, type Home } from './find-home';
import { findPointers } from './find-pointers';
import { readLinks } from './read-links';
import { readTree, type TreeEntry } from './read-tree';
import { readUpstreamFile } from './read-upstream-file';

export interface UpstreamInput extends UpstreamCommit {
  /** From the root of the commit. */
  readonly contextPath: string;
  /** From the root of the commit; undefined where the Dockerfile lies in the workspace. */
  readonly dockerfilePath: string | undefined;
  /** The text of the workspace's own ignore file, where there is one: it comes before the upstream's. */
  readonly dockerignore?: { readonly text: string; readonly file: string };
}

export interface UpstreamListing extends ContextListing {
  /** The commit that has the context, and those of submodules whose files are in it. */
  readonly commits: readonly [string, ...string[]];
}

/**
 * What a builder will see of a commit's directory, by the same rules as `listContext`, submodules included. Nothing is checked out.
 * @throws HephyError CONTEXT_…, SUBMODULE_INVALID, SUBMODULE_UNAVAILABLE
 */
export async function listUpstream(input: UpstreamInput): Promise<UpstreamListing> {
  const context = posix.normalize(input.contextPath).replace(/\/$/, '');
  if (context === '..' || context.startsWith('../') || context.startsWith('/')) {
    throw new HephyError('CONTEXT_ESCAPES', `the context ${input.contextPath} leads out of the upstream`);
  }
  const { home, tree } = await readContext(input, context);
  const rules = await readRules(input, context, tree);
  // Asked once for each path: of an upstream both patterns and paths may be many.
  const shown = new Set(tree.filter(({ path }) => !rules.ignores(path)));
  const wanted = (path: string): boolean => !rules.ignores(path) || !rules.prunes(path);
  checkNesting(tree.filter((entry) => shown.has(entry) || (entry.mode === '160000' && wanted(entry.path))));
  const whole = await addSubmodules(home.commit, home.path, tree, wanted);
  const own = new Set(tree);
  const seen = whole.entries.filter((entry) => (own.has(entry) ? shown.has(entry) : !rules.ignores(entry.path)));
  if (whole.others.length > 0) checkNesting(seen);
  return makeUpstreamListing(input, home, whole, seen);
}

async function makeUpstreamListing(
  input: UpstreamInput,
  home: Home,
  { entries, others, notes }: SourceTree,
  seen: readonly TreeEntry[],
): Promise<UpstreamListing> {
  const access = { ...home.commit, others };
  const links = await readLinks(access, seen);
  const listed = seen.map((entry) => toEntry(entry, links));
  const size = seen.reduce((sum, entry) => sum + (entry.mode === '120000' ? 0 : entry.size), 0);
  refusePointers(
    await findPointers(access, home.path, entries, seen),
    redact(input.repo),
    'LFS content of an upstream is not fetched: name what the build does without in a .dockerignore beside build-config.yaml.',
  );
  return { ...makeListing(listed, size, notes), commits: [home.commit.commit, ...others] };
}

/** The files of the context's directory, wherever it is. */
async function readContext(
  input: UpstreamInput,
  context: string,
): Promise<{ readonly home: Home; readonly tree: readonly TreeEntry[] }> {
  const { repo, store, commit, env, runProcess, signal } = input;
  const root: UpstreamCommit = { repo, store, commit, env, runProcess, ...(signal === undefined ? {} : { signal }) };
  const own: Home = { commit: root, path: context };
  const found = (await readTree(root, context)).filter(({ path }) => path !== context);
  if (found.length > 0 || context === '.') return { home: own, tree: within(context, found) };
  const home = await findHome(root, context);
  const inside = home.commit.commit === commit ? [] : await readTree(home.commit, home.path);
  if (inside.length > 0) return { home, tree: within(home.path, inside) };
  throw new HephyError('CONTEXT_MISSING', `the upstream has no directory ${context} at ${commit}`, {
    hint: 'Say in `context_path` which directory it is, from the upstream’s root.',
  });
}

function within(directory: string, tree: readonly TreeEntry[]): readonly TreeEntry[] {
  if (directory === '.') return tree;
  return tree.map((entry) => ({ ...entry, path: entry.path.slice(directory.length + 1) }));
}

function toEntry({ path, mode, id }: TreeEntry, links: ReadonlyMap<string, string>): ContextEntry {
  if (mode === '120000') return { path, kind: 'symlink', content: links.get(path) ?? '' };
  return { path, kind: mode === '100755' ? 'executable' : 'file', content: `git:${id}` };
}

async function readRules(input: UpstreamInput, context: string, tree: readonly TreeEntry[]): Promise<IgnoreRules> {
  if (input.dockerignore !== undefined) return parseIgnoreFile(input.dockerignore.text, input.dockerignore.file);
  if (input.dockerfilePath !== undefined) {
    const path = `${input.dockerfilePath}.dockerignore`;
    const beside = await readUpstreamFile({ ...input, path });
    if (beside !== undefined) return parseIgnoreFile(beside.toString(), path);
  }
  const path = posix.join(context, '.dockerignore');
  if (!tree.some((entry) => entry.path === '.dockerignore')) return NO_RULES;
  const above = await readUpstreamFile({ ...input, path });
  return above === undefined ? NO_RULES : parseIgnoreFile(above.toString(), path);
}
