import type { ExpectedFile } from './corpus-case';
import { flattenLayers, type LayerEntry, type ReadImage } from './image-layers';

type Changes = Readonly<Record<string, ExpectedFile>>;

/**
 * What an image has otherwise than its base, in the words of what is expected: a file that is expected by one property is told by that one.
 * Directories count where they are expected.
 */
export function changesOf(image: ReadImage, baseLayers: number, expected: Changes): Changes {
  const base = flattenLayers(image.layers.slice(0, baseLayers));
  const files = flattenLayers(image.layers);
  const changes: Record<string, ExpectedFile> = {};
  for (const path of new Set([...base.keys(), ...files.keys()])) {
    const name = `/${path}`;
    const wanted = expected[name];
    const before = base.get(path);
    const after = files.get(path);
    if (wanted === undefined && (sameEntry(before, after) || (after ?? before)?.type === 'Directory')) continue;
    changes[name] = after === undefined ? null : describe(after, wanted);
  }
  return changes;
}

function sameEntry(a: LayerEntry | undefined, b: LayerEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.content === b.content &&
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.link === b.link &&
    a.type === b.type
  );
}

function describe(entry: LayerEntry, wanted: ExpectedFile | undefined): ExpectedFile {
  const { type, link, uid, gid } = entry;
  const content = Buffer.from(entry.content, 'latin1').toString('utf8');
  const mode = (entry.mode & 0o7777).toString(8);
  const owner = `${uid}:${gid}`;
  if (typeof wanted === 'object' && wanted !== null) {
    const found = { content, mode, owner, ...(link === undefined ? {} : { link }), directory: type === 'Directory' };
    return Object.fromEntries(Object.keys(wanted).map((key) => [key, found[key as keyof typeof found]]));
  }
  if (type === 'Directory') return { directory: true, mode, owner };
  if (type === 'SymbolicLink') return { link: link ?? '', owner };
  return mode === '644' && owner === '0:0' ? content : { content, mode, owner };
}
