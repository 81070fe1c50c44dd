import { checkPlaces } from './check-places';
import { layerFiles } from './layered-files';
import type { LayerFile } from './read-layer';

function files(entries: Readonly<Record<string, LayerFile>>, removed: readonly string[] = []) {
  const layer = { files: new Map(Object.entries(entries)), removed: new Set(removed), emptied: new Set<string>() };
  return layerFiles([layer]);
}

const NOTHING = { path: 'Dockerfile', copied: [], mounted: [] };

test('a link where something was copied is a note, at the line of the COPY', () => {
  const copied = [
    { line: 3, path: '/link' },
    { line: 4, path: '/file' },
  ];
  const image = files({ '/link': { kind: 'symlink', target: 'file' } });
  expect(checkPlaces({ ...NOTHING, copied }, image)).toEqual([
    expect.stringMatching(/^Dockerfile:3: \/link is a link to file:/),
  ]);
});

test('what is gone where a RUN mounted something is an error; below a cache, a note', () => {
  const mounted = { line: 2, path: '/data/' };
  const image = files({}, ['/data/a', '/database']);
  expect(() => checkPlaces({ ...NOTHING, mounted: [{ ...mounted, cache: false }] }, image)).toThrow(
    'buildah deleted what the base has at /data/',
  );
  expect(checkPlaces({ ...NOTHING, mounted: [{ ...mounted, cache: true }] }, image)).toHaveLength(1);
  expect(checkPlaces({ ...NOTHING, mounted: [{ line: 2, path: '/dat', cache: false }] }, image)).toEqual([]);
});
