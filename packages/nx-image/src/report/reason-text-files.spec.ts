import { compareTrees } from '../plan/compare-trees';
import { fitTree, growTree, type ListedFile } from '../plan/file-tree';
import { changesText } from './reason-text';

const hash = (digit: string): string => digit.repeat(64);
const file = (path: string, content = hash('1'), kind: ListedFile['kind'] = 'file'): ListedFile => {
  return { path, content, kind };
};
const BEFORE = [
  file('Dockerfile'),
  file('bin/run'),
  file('conf/a'),
  file('conf/deep/b'),
  file('conf/deep/c'),
  file('link', 'conf/a', 'symlink'),
];

function compare(before: readonly ListedFile[], after: readonly ListedFile[], bytes = 4096): string {
  const was = fitTree(growTree(before, 'Dockerfile'), bytes);
  return changesText(compareTrees(was ?? '', growTree(after, 'Dockerfile')));
}

function with_(...changed: readonly ListedFile[]): readonly ListedFile[] {
  const paths = changed.map(({ path }) => path);
  return [...BEFORE.filter(({ path }) => !paths.includes(path)), ...changed];
}

test.each([
  ['nothing', BEFORE, ''],
  ['a file', with_(file('conf/a', hash('2'))), 'files changed: conf/a (content)'],
  ['a mode', with_(file('bin/run', hash('1'), 'executable')), 'files changed: bin/run (mode)'],
  ['both', with_(file('bin/run', hash('2'), 'executable')), 'files changed: bin/run (content)'],
  ['a link', with_(file('link', 'conf/b', 'symlink')), 'files changed: link (content)'],
  ['a link that is a file now', with_(file('link')), 'files changed: link (content)'],
  ['a file more', with_(file('conf/deep/d')), 'files changed: conf/deep/d (added)'],
  ['directories more', with_(file('x/y/z'), file('x/w')), 'files changed: x/ (added)'],
  ['a file less', BEFORE.filter(({ path }) => path !== 'conf/deep/b'), 'files changed: conf/deep/b (removed)'],
  ['a directory less', BEFORE.filter(({ path }) => !path.includes('deep')), 'files changed: conf/deep/ (removed)'],
  [
    'a file instead of a directory',
    [file('conf'), ...BEFORE.filter(({ path }) => !path.startsWith('conf'))],
    'files changed: conf/ (removed), conf (added)',
  ],
  ['the Dockerfile', with_(file('Dockerfile', hash('2'))), ''],
  ['no Dockerfile', BEFORE.slice(1), ''],
  ['the Dockerfile’s mode', with_(file('Dockerfile', hash('2'), 'executable')), 'files changed: Dockerfile (mode)'],
  [
    'many',
    with_(...[2, 3, 4, 5, 6, 7, 8].map((n) => file(`conf/${n}`)), file('bin/run', hash('2'))),
    'files changed: bin/run (content), conf/2 (added), conf/3 (added), conf/4 (added), conf/5 (added), conf/6 (added) and 2 more',
  ],
])('%s', (_, after, expected) => {
  expect(compare(BEFORE, after)).toBe(expected);
});

test('a directory that was closed is named as a whole', () => {
  const after = with_(file('conf/deep/b', hash('2')));
  expect(compare(BEFORE, after, 110)).toBe('files changed: below conf/deep/');
  expect(compare(BEFORE, after, 80)).toBe('files changed: below conf/');
  expect(compare(BEFORE, after, 20)).toBe('files changed');
  expect(compare(BEFORE, BEFORE, 20)).toBe('');
});

test('a Dockerfile that was another file before', () => {
  const was = growTree([file('Dockerfile'), file('Dockerfile.alpine', hash('3'))], 'Dockerfile.alpine');
  const is = growTree([file('Dockerfile'), file('Dockerfile.alpine', hash('3'))], 'Dockerfile');
  expect(compareTrees(was, is)).toEqual([]);
});

test('names so many, and counts the rest', () => {
  const after = Array.from({ length: 200 }, (_, n) => file(`n${n}`));
  const changes = compareTrees(growTree([file('a')], undefined), growTree([file('a'), ...after], undefined));
  expect(changes).toHaveLength(51);
  expect(changes.at(-1)).toEqual({ kind: 'file', how: 'changed', more: 150 });
  expect(changesText(changes)).toMatch(/ and 194 more$/);
});
