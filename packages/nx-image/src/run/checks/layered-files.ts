import { posix } from 'node:path';
import { MAX_PATH, normalPath, type LayerFile, type LayerFiles } from './read-layer';

/** The layers that a build added, seen as one file system; what lies below them is not known. */
export interface LayeredFiles {
  /** What lies at the path after all links; undefined where the added layers do not say. */
  readonly find: (path: string) => FoundFile | undefined;
  /** Where the symbolic link at the path points; undefined: there is none. */
  readonly linkAt: (path: string) => string | undefined;
  /** Whether the added layers take away something at the path or below it. */
  readonly removes: (path: string) => boolean;
  /** What can be seen of all layers, links left out. */
  readonly visible: () => Iterable<FoundFile>;
}

export interface FoundFile {
  readonly path: string;
  readonly file: Exclude<LayerFile, { readonly target: string }>;
}

/** As the kernel: ELOOP. */
const MAX_LINKS = 40;
/** Where distributions of merged /usr have links that lie in the base. */
const MERGED = /^\/(bin|sbin|lib|lib32|lib64|libx32)(?=\/)/;

/** `layers`: lowest first. */
export function layerFiles(layers: readonly LayerFiles[]): LayeredFiles {
  function findEntry(path: string): { readonly file: LayerFile; readonly level: number } | undefined {
    for (let level = layers.length - 1; level >= 0; level--) {
      const layer = layers[level];
      if (layer === undefined) continue;
      const file = layer.files.get(path);
      if (file !== undefined) return { file, level };
      if (isHidden(layer, path)) return undefined;
    }
    return undefined;
  }

  /** Follows links in every component; `links` is shared by all that one look-up follows. */
  function follow(path: string, links: { left: number }): FoundFile | undefined {
    const rest = path
      .split('/')
      .filter((part) => part !== '')
      .reverse();
    let at = '/';
    for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
      if (part === '.') continue;
      if (part === '..') {
        at = posix.dirname(at);
        continue;
      }
      const next = posix.join(at, part);
      const entry = findEntry(next);
      if (entry?.file.kind === 'symlink') {
        if (links.left-- === 0) return undefined;
        const { target } = entry.file;
        if (target.startsWith('/')) at = '/';
        rest.push(
          ...target
            .split('/')
            .filter((one) => one !== '')
            .reverse(),
        );
        continue;
      }
      if (rest.length === 0 && entry !== undefined) return throughHardLinks(next, entry.file, links);
      at = next;
    }
    return undefined;
  }

  function throughHardLinks(path: string, start: LayerFile, links: { left: number }): FoundFile | undefined {
    let file: LayerFile | undefined = start;
    while (file?.kind === 'hard link' && links.left-- > 0) file = findEntry(file.target)?.file;
    return file === undefined || 'target' in file ? undefined : { path, file };
  }

  return {
    find(path) {
      if (path.length > MAX_PATH) return undefined;
      const normal = normalPath(path);
      const found = follow(path, { left: MAX_LINKS });
      if (found !== undefined) return found;
      // A tar may name a file through a link that another entry makes.
      const direct = findEntry(normal)?.file;
      if (direct !== undefined && !('target' in direct)) return { path: normal, file: direct };
      return MERGED.test(normal) ? follow(`/usr${normal}`, { left: MAX_LINKS }) : undefined;
    },
    linkAt(path) {
      const file = path.length > MAX_PATH ? undefined : findEntry(normalPath(path))?.file;
      return file?.kind === 'symlink' ? file.target : undefined;
    },
    removes(path) {
      const normal = normalPath(path);
      return layers.some(
        ({ removed, emptied }) =>
          emptied.has(normal) || [...removed].some((one) => one === normal || one.startsWith(`${normal}/`)),
      );
    },
    *visible() {
      for (const [level, layer] of layers.entries())
        for (const [path, file] of layer.files)
          if (!('target' in file) && findEntry(path)?.level === level) yield { path, file };
    },
  };
}

/** Whether the layer takes away what lower ones have at the path. */
function isHidden({ removed, emptied, files }: LayerFiles, path: string): boolean {
  if (removed.size === 0 && emptied.size === 0 && files.size === 0) return false;
  if (removed.has(path)) return true;
  for (let parent = posix.dirname(path); ; parent = posix.dirname(parent)) {
    if (removed.has(parent) || emptied.has(parent) || files.has(parent)) return true;
    if (parent === '/') return false;
  }
}
