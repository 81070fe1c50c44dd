import { posix } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { decodePath } from '../decode-path';
import { NO_RULES, parseIgnoreFile, type IgnoreRules } from '../ignore-rules';
import { makeListing } from '../make-listing';
import type { ContextEntry, ContextListing } from '../source';
import { findPointers } from './find-pointers';
import { followLinks } from './follow-links';
import { readSmallBlobs } from './read-blobs';
import { readTree, type CommitAccess, type TreeEntry } from './read-tree';
import { readUpstreamFile } from './read-upstream-file';

export interface UpstreamInput extends CommitAccess {
  /** From the root of the commit. */
  readonly contextPath: string;
  /** From the root of the commit; undefined where the Dockerfile lies in the workspace. */
  readonly dockerfilePath: string | undefined;
  /** The text of the workspace's `<Dockerfile>.dockerignore`, where there is one: it comes before the upstream's. */
  readonly dockerignore?: { readonly text: string; readonly file: string };
}

/**
 * What a builder will see of a commit's directory, by the same rules as `listContext`. Nothing is checked out. Links that lead out of the context are refused: an upstream is not to
 * point into our machine.
 * @throws HephyError CONTEXT_MISSING, CONTEXT_ESCAPES, CONTEXT_UNSUPPORTED, CONTEXT_IGNORE_INVALID
 */
export async function listUpstream(input: UpstreamInput): Promise<ContextListing> {
  const context = posix.normalize(input.contextPath).replace(/\/$/, '');
  if (context === '..' || context.startsWith('../') || context.startsWith('/')) {
    throw new HephyError('CONTEXT_ESCAPES', `the context ${input.contextPath} leads out of the upstream`);
  }
  const tree = await readTree(input, context);
  if (tree.length === 0 && context !== '.') {
    throw new HephyError('CONTEXT_MISSING', `the upstream has no directory ${context} at ${input.commit}`, {
      hint: 'Say in `context_path` which directory it is, from the upstream’s root.',
    });
  }
  const inContext = tree.map((entry) => ({
    ...entry,
    path: entry.path.slice(context === '.' ? 0 : context.length + 1),
  }));
  const rules = await readRules(input, context, inContext);
  const seen = inContext.filter(({ path }) => !rules.ignores(path));
  checkNesting(seen);
  const submodule = seen.find(({ mode }) => mode === '160000');
  if (submodule !== undefined) {
    throw new HephyError(
      'CONTEXT_UNSUPPORTED',
      `${submodule.path} of the upstream is a submodule, which is not fetched`,
      {
        hint: 'Name it in a .dockerignore beside a Dockerfile of your own (`dockerfile_from: local`) if the build does without it.',
      },
    );
  }
  const links = await readLinks(input, inContext);
  checkLinks(seen, links);
  const entries = seen.map((entry) => toEntry(entry, links));
  const size = seen.reduce((sum, entry) => sum + (entry.mode === '120000' ? 0 : entry.size), 0);
  return makeListing(entries, size, await findPointers(input, context === '.' ? tree : undefined, seen));
}

function toEntry({ path, mode, id }: TreeEntry, links: ReadonlyMap<string, string>): ContextEntry {
  if (mode === '120000') return { path, kind: 'symlink', content: links.get(path) ?? '' };
  return { path, kind: mode === '100755' ? 'executable' : 'file', content: `git:${id}` };
}

async function readRules(input: UpstreamInput, context: string, inContext: readonly TreeEntry[]): Promise<IgnoreRules> {
  if (input.dockerignore !== undefined) return parseIgnoreFile(input.dockerignore.text, input.dockerignore.file);
  if (input.dockerfilePath !== undefined) {
    const path = `${input.dockerfilePath}.dockerignore`;
    const beside = await readUpstreamFile({ ...input, path });
    if (beside !== undefined) return parseIgnoreFile(beside.toString(), path);
  }
  const path = posix.join(context, '.dockerignore');
  if (!inContext.some((entry) => entry.path === '.dockerignore')) return NO_RULES;
  const above = await readUpstreamFile({ ...input, path });
  return above === undefined ? NO_RULES : parseIgnoreFile(above.toString(), path);
}

async function readLinks(input: UpstreamInput, entries: readonly TreeEntry[]): Promise<Map<string, string>> {
  const links = entries.filter(({ mode }) => mode === '120000');
  const blobs = await readSmallBlobs(
    input,
    links.map(({ id }) => id),
  );
  return new Map(
    links.map(({ path, id }) => {
      const target = decodePath(blobs.get(id) ?? Buffer.alloc(0));
      if (target !== undefined && target !== '' && !target.includes('\0')) return [path, target];
      throw new HephyError('CONTEXT_UNSUPPORTED', `${path} of the upstream is a link that points at nothing readable`);
    }),
  );
}

function checkLinks(seen: readonly TreeEntry[], links: ReadonlyMap<string, string>): void {
  const escaping = seen.find(({ path }) => links.has(path) && followLinks(links, path).kind === 'outside');
  if (escaping === undefined) return;
  const target = links.get(escaping.path) ?? '';
  throw new HephyError(
    'CONTEXT_ESCAPES',
    `${escaping.path} of the upstream is a link out of the context, to ${target}`,
    {
      hint: 'Name it in a .dockerignore beside a Dockerfile of your own (`dockerfile_from: local`), or take a `context_path` further up.',
    },
  );
}

/** A tree made by hand may hold `a` as a link and `a/b` as a file: written, it would lead outside. */
function checkNesting(entries: readonly TreeEntry[]): void {
  const paths = new Set<string>();
  for (const { path } of entries) {
    if (paths.has(path)) throw new HephyError('CONTEXT_ESCAPES', `the upstream has ${path} twice`);
    paths.add(path);
  }
  for (const { path } of entries) {
    for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent)) {
      if (paths.has(parent))
        throw new HephyError('CONTEXT_ESCAPES', `the upstream has ${parent} as a file and as a directory`);
    }
  }
}
