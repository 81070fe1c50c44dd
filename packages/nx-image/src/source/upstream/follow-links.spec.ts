import { followLinks } from './follow-links';

describe('followLinks', () => {
  const links = new Map([
    ['here', 'd/file'],
    ['d/up', '../x'],
    ['dot', '.'],
    ['sly', 'dot/../..'],
    ['sly2', 'dot/..'],
    ['out', '../x'],
    ['d/out', 'e/../../../x'],
    ['absolute', '/etc/passwd'],
    ['one', 'two'],
    ['two', 'one'],
    ['deep', 'd/e'],
    ['over', 'deep/../f'],
  ]);

  it.each([
    ['here', 'd/file'],
    ['d/up', 'x'],
    ['over', 'd/f'],
    ['plain/path', 'plain/path'],
    ['dot/dot/a', 'a'],
  ])('%s leads to %s', (path, end) => {
    expect(followLinks(links, path)).toEqual({ kind: 'path', path: end });
  });

  it.each(['out', 'd/out', 'absolute', 'sly', 'sly2', 'dot/out'])('%s leads outside', (path) => {
    expect(followLinks(links, path)).toEqual({ kind: 'outside' });
  });

  it('knows a circle', () => {
    expect(followLinks(links, 'one')).toEqual({ kind: 'circle' });
  });
});
