import fc from 'fast-check';
import type { ImageUse } from '../dockerfile/dockerfile';
import { compareTrees } from './compare-trees';
import {
  ALL_IN_ONE,
  allInOne,
  describePlatform,
  hashOf,
  isDescribed,
  type BaseDescription,
  type Description,
  type PlatformDescription,
} from './description';
import { formatDescription, parseDescription } from './description-text';
import { growTree, treeCloser, type ListedFile, type OpenTree } from './file-tree';
import type { PlannedPin } from './pin-all';

const digest = (digit: string): `sha256:${string}` => `sha256:${digit.repeat(64)}`;
const INPUTS = {
  platform: { os: 'linux', architecture: 'amd64' },
  context: digest('1'),
  dockerfile: digest('2'),
  target: undefined,
  args: { VERSION: '1.10', TOKEN: 'swordfish' },
  labels: { team: 'secretive' },
  bases: [],
  builder: 'kaniko',
  flags: ['--reproducible'],
  epoch: '0',
  period: undefined,
};

function pin(written: string, own: string | undefined, index: `sha256:${string}` | undefined): PlannedPin {
  const use = { written, own } as ImageUse;
  const reference = `docker.io/library/${written}`;
  return {
    use,
    pin: {
      ...{ kind: 'digest', reference, repository: 'docker.io/library/x', digest: digest('5'), identity: digest('5') },
      ...{ index, onBuild: [{ reference: 'docker.io/library/on:1', index: digest('7'), digest: digest('8') }] },
      onBuildArgs: [],
    },
  };
}

describe('describePlatform', () => {
  it('has names and hashes, and no values', () => {
    const text = JSON.stringify(describePlatform(INPUTS, []));
    for (const value of ['swordfish', '1.10', 'secretive']) expect(text).not.toContain(value);
    for (const name of ['TOKEN', 'VERSION', 'team']) expect(text).toContain(name);
  });

  it('names bases as they are found again: with their index, own ones by their tag, those of ONBUILD too, each once', () => {
    const pins = [
      pin('alpine:3', undefined, digest('4')),
      pin('x:base-1', 'base-1', undefined),
      pin('alpine:3', undefined, digest('4')),
    ];
    expect(describePlatform(INPUTS, pins).bases).toEqual([
      { name: 'docker.io/library/alpine:3', index: '4'.repeat(16), child: '5'.repeat(16) },
      { name: 'docker.io/library/on:1', index: '7'.repeat(16), child: '8'.repeat(16) },
      { name: 'base-1', child: '5'.repeat(16) },
    ]);
  });
});

describe('formatDescription', () => {
  const one = describePlatform(INPUTS, [pin('alpine:3', undefined, digest('4'))]);
  const both: Description = {
    platforms: { 'linux/amd64': one, 'linux/arm64': { ...one, key: 'f'.repeat(64), target: 'debug' } },
  };

  it('is read back as it was, and says once what platforms have in common', () => {
    const text = formatDescription(both);
    expect(parseDescription(text)).toEqual(both);
    expect(text.match(/TOKEN/g)).toHaveLength(1);
  });

  it('closes directories where all would be longer than 4 KB, the deepest first', () => {
    const directory = (name: string): readonly ListedFile[] =>
      Array.from({ length: 60 }, (_, n) => ({ path: `${name}/file-${n}`, kind: 'file', content: 'abcdefab01' }));
    const files = growTree([...directory('a'), ...directory('a/b'), ...directory('c')], undefined);
    const text = formatDescription({ ...both, files });
    expect(text.length).toBeLessThanOrEqual(4096);
    const { a, c } = files as Record<string, OpenTree>;
    expect(parseDescription(text)).toEqual({ ...both, files: { a: { ...a, b: treeCloser()(a!.b!) }, c } });
  });

  const somewhere = (n: number) => hashOf(String(n)).repeat(2);
  const base = (platform: number, n: number): BaseDescription => ({
    ...{
      name: `docker.io/library/some-base-image-${n}:3.${n}`,
      index: somewhere(n),
      child: somewhere(platform * 100 + n),
    },
  });
  const standing = (platforms: number, bases: number): Description => {
    const count = Array.from({ length: bases }, (_, n) => n);
    const all = Array.from({ length: platforms }, (_, n) => [
      `linux/platform${n}`,
      { ...one, key: somewhere(n).repeat(4), bases: count.map((other) => base(n, other)) },
    ]);
    return { platforms: Object.fromEntries(all) as Description['platforms'] };
  };

  it.each([
    [1, 40],
    [2, 30],
    [4, 18],
    [8, 10],
  ])('has room for what %d platforms are made of that are FROM %d images', (platforms, bases) => {
    const whole = standing(platforms, bases);
    expect(parseDescription(formatDescription(whole))).toEqual(whole);
  });

  it('tells bases of platforms apart that are FROM others, or from elsewhere, or use one in two ways', () => {
    const [first, second] = [base(0, 1), base(1, 2)];
    const uses = [first, { ...first, identity: somewhere(7) }, { ...first, index: somewhere(8) }];
    const own = { name: 'base-latest', child: somewhere(9) };
    const platforms = {
      a: { ...one, bases: [...uses, own] },
      b: { ...one, bases: [second, first] },
      c: { key: one.key },
    };
    expect(parseDescription(formatDescription({ platforms }))).toEqual({ platforms });
  });

  const many = (name: string, count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}_${n}`, 'abcdefab']));

  it('hashes labels as one, then args too, where they do not fit', () => {
    const read = (change: Partial<PlatformDescription>) => {
      const text = formatDescription({ platforms: { 'linux/amd64': { ...one, ...change } }, files: { a: '12345678' } });
      expect(text.length).toBeLessThanOrEqual(4096);
      return parseDescription(text)?.platforms['linux/amd64'] as PlatformDescription;
    };
    const labels = read({ labels: many('LABEL', 300) });
    expect(labels.labels).toEqual({ [ALL_IN_ONE]: expect.any(String) as string });
    expect(labels.args).toEqual(one.args);
    const both = read({ labels: many('LABEL', 3), args: many('ARG', 300) });
    expect(both.args).toEqual(allInOne(many('ARG', 300)));
    expect(both.labels).toEqual(allInOne(many('LABEL', 3)));
  });

  it('has the keys alone where not even that fits, and nothing where they do not', () => {
    const bases = Array.from({ length: 60 }, (_, n) => ({ name: `docker.io/${n}/${'x'.repeat(60)}`, child: '1' }));
    const text = formatDescription({ platforms: { 'linux/amd64': { ...one, bases } }, files: {} });
    const read = parseDescription(text)?.platforms['linux/amd64'];
    expect(read).toEqual({ key: one.key });
    expect(isDescribed(read)).toBe(false);
    const platforms = Object.keys(many('p', 60)).map((name) => [name, { ...one, key: hashOf(name).repeat(8) }]);
    expect(formatDescription({ platforms: Object.fromEntries(platforms) as Description['platforms'] })).toBe('');
  });

  it('never is longer than 4 KB, nor anything but what can be read again, whatever files are called', () => {
    const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('__proto__', '<\u2028&', '7'));
    const path = fc.array(name, { minLength: 1, maxLength: 40 }).map((names) => names.join('/'));
    const file = fc.record({
      path,
      kind: fc.constantFrom<ListedFile['kind']>('file', 'executable', 'symlink'),
      content: fc.constantFrom('0'.repeat(64), `git:${'1'.repeat(40)}`),
    });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 400 }), (entries) => {
        const files = growTree(entries, entries[0]?.path);
        const text = formatDescription({ ...both, files, contextPath: 'app' });
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
        const read = parseDescription(text);
        expect(read).toMatchObject(both);
        expect(read?.contextPath).toBe('app');
        expect(compareTrees(read!.files!, files)).toEqual([]);
      }),
    );
  });

  it('takes little time for many files', () => {
    const entries = Array.from({ length: 100_000 }, (_, n): ListedFile => {
      return { path: `d${n % 300}/e${n % 70}/f${n}`, kind: 'file', content: n.toString(16).padStart(64, '0') };
    });
    const begun = performance.now();
    expect(formatDescription({ ...both, files: growTree(entries, undefined) }).length).toBeLessThanOrEqual(4096);
    expect(performance.now() - begun).toBeLessThan(30_000);
  });

  it('reads nothing out of what others wrote there', () => {
    const wrong = ['', '{}', '[]', 'null', '{"all":1}', '{"linux/amd64":{}}', '{"linux/amd64":{"key":"k"}}'];
    const bad: Partial<Record<keyof PlatformDescription, unknown>>[] = [{ bases: [{}] }, { args: [] }, { flags: [1] }];
    for (const all of [
      { files: 1 },
      { files: { a: 'x' } },
      { path: {} },
      { names: 1 },
      { names: [1] },
      { names: [['a', 1]] },
    ]) {
      wrong.push(JSON.stringify({ all, 'linux/amd64': one }));
    }
    wrong.push(JSON.stringify({ 'linux/amd64': one }).padEnd(5000));
    for (const base of ['1:a', '0:', ':a', '0:a:b:c', '-1:a', 'constructor:a', 0]) {
      wrong.push(JSON.stringify({ all: { names: [['x']] }, 'linux/amd64': { ...one, bases: [base] } }));
    }
    for (const change of bad) wrong.push(JSON.stringify({ 'linux/amd64': { ...one, ...change } }));
    for (const text of wrong) expect(parseDescription(text)).toBeUndefined();
    fc.assert(
      fc.property(fc.json(), (text) => {
        parseDescription(text);
      }),
    );
  });
});
