import { hashOf } from './description';

/**
 * A context in short, as Merkle trees are: of a file 8 hex of its content and a mark (`x` executable, `l` a link; a Dockerfile is a `-` with its mark, since its
 * text is described by itself); of a directory its entries by name, or, closed, 8 hex over them and `/`.
 */
export type FileTree = string | OpenTree;
export interface OpenTree {
  readonly [name: string]: FileTree;
}

/** An entry of a context's listing. */
export interface ListedFile {
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'symlink' | 'directory';
  readonly content: string;
}

/** Deeper directories count as part of the names of what is in them. */
const MAX_DEPTH = 32;
const MARKS = { file: '', executable: 'x', symlink: 'l' } as const;
export const DOCKERFILE_MARK = '-';

type Growing = Map<string, Growing | string>;

/** Everything open. `dockerfile`: its path in the context; undefined: it lies elsewhere. */
export function growTree(entries: readonly ListedFile[], dockerfile: string | undefined): OpenTree {
  const root: Growing = new Map();
  for (const { path, kind, content } of entries) {
    if (kind === 'directory') continue;
    const names = path.split('/');
    if (names.length > MAX_DEPTH) names.push(names.splice(MAX_DEPTH - 1).join('/'));
    const last = names.pop() ?? '';
    let directory = root;
    for (const name of names) {
      const known = directory.get(name);
      const next: Growing = typeof known === 'object' ? known : new Map<string, Growing | string>();
      if (next !== known) directory.set(name, next);
      directory = next;
    }
    const hash = path === dockerfile ? DOCKERFILE_MARK : contentHash(kind, content);
    directory.set(last, `${hash}${MARKS[kind]}`);
  }
  return harden(root);
}

/** Of a file's content there is a hash already. */
function contentHash(kind: ListedFile['kind'], content: string): string {
  return kind === 'symlink' ? hashOf(content) : content.slice(content.indexOf(':') + 1).slice(0, 8);
}

/** By entries, not by assignment: a file may be called `__proto__`. */
function harden(growing: Growing): OpenTree {
  return Object.fromEntries(
    [...growing].map(([name, entry]) => [name, typeof entry === 'string' ? entry : harden(entry)]),
  );
}

/** The tree with every directory closed, its own included. */
export type CloseTree = (tree: FileTree) => string;

/** Remembers what it closed: a directory is asked for as often as those above it are. */
export function treeCloser(): CloseTree {
  const known = new WeakMap<OpenTree, string>();
  const close: CloseTree = (tree) => {
    if (typeof tree === 'string') return tree;
    const found = known.get(tree);
    if (found !== undefined) return found;
    const closed = `${hashOf(JSON.stringify(entriesOf(tree).map(([name, entry]) => [name, close(entry)])))}/`;
    known.set(tree, closed);
    return closed;
  };
  return close;
}

/** By name, whatever order an object has them in. */
export function entriesOf(tree: OpenTree): readonly (readonly [string, FileTree])[] {
  return Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** As many directories open as fit, those near the root first, in so many bytes of JSON; undefined: not even the root closed fits. */
export function fitTree(tree: FileTree, bytes: number): FileTree | undefined {
  const close = treeCloser();
  let left = bytes - sizeOf(close(tree));
  if (left < 0) return undefined;
  if (typeof tree === 'string') return tree;
  let fitted: Growing | undefined;
  const waiting = [
    {
      directory: tree,
      put: (open: Growing) => {
        fitted = open;
      },
    },
  ];
  // An array that grows while it is gone through: breadth first.
  for (const { directory, put } of waiting) {
    const cost = openingCost(directory, close, left);
    if (cost === undefined) continue;
    left -= cost;
    const open: Growing = new Map();
    put(open);
    for (const [name, entry] of entriesOf(directory)) {
      open.set(name, close(entry));
      if (typeof entry !== 'string') waiting.push({ directory: entry, put: (inner) => open.set(name, inner) });
    }
  }
  return fitted === undefined ? close(tree) : harden(fitted);
}

/** How many bytes more it is open than closed; undefined: more than `left`, and not counted on. */
function openingCost(directory: OpenTree, close: CloseTree, left: number): number | undefined {
  let cost = 1 - sizeOf(close(directory));
  for (const name in directory) {
    // With a colon and a comma, or the closing brace.
    cost += sizeOf(name) + sizeOf(close(directory[name] ?? '')) + 2;
    if (cost > left) return undefined;
  }
  return cost > left ? undefined : cost;
}

function sizeOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** Whether it is a tree at all: somebody else may have written it. */
export function isFileTree(value: unknown): value is FileTree {
  if (typeof value === 'string') return /^(?:[0-9a-f]{8}[xl/]?|-[xl]?)$/.test(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(isFileTree);
}
