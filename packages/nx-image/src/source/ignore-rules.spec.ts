import dockerignore from '@balena/dockerignore';
import fc from 'fast-check';
import { HephyError } from '../errors/hephy-error';
import { parseIgnoreFile } from './ignore-rules';

function kept(text: string, paths: readonly string[]): string[] {
  const rules = parseIgnoreFile(text, '.dockerignore');
  return paths.filter((path) => !rules.ignores(path));
}

describe('parseIgnoreFile', () => {
  const paths = ['Dockerfile', 'README.md', 'a/b.md', 'a/keep.md', 'node_modules/x/index.js', 'src/c++/d'];

  it('takes nothing away without rules', () => {
    expect(kept('', paths)).toEqual(paths);
    expect(kept('\ufeff# all of this is a comment\r\n\r\n', paths)).toEqual(paths);
  });

  it('has Docker’s rules: from the root, last match wins, directories with all below', () => {
    expect(kept('*.md\nnode_modules\n', paths)).toEqual(['Dockerfile', 'a/b.md', 'a/keep.md', 'src/c++/d']);
    expect(kept('**/*.md\n!a/keep.md\n', paths)).not.toContain('a/b.md');
    expect(kept('**/*.md\n!a/keep.md\n', paths)).toContain('a/keep.md');
    expect(kept('*\n!src\n', paths)).toEqual(['src/c++/d']);
    expect(kept('/a/\n', paths)).not.toContain('a/b.md');
    expect(kept('readme.md\n', paths)).toContain('README.md');
  });

  it('takes characters of regular expressions for themselves', () => {
    const odd = ['c++', 'cc', 'a(b', 'x|y', 'x', 'd1', 'dd', '{z}', '^w', '1d'];
    expect(kept('c++\na(b\nx|y\nd\\d\n{z}\n^w\n', odd)).toEqual(['cc', 'x', 'd1', '1d']);
  });

  it('has classes', () => {
    expect(kept('[a-c]1\n[^x]2\n', ['a1', 'd1', 'x2', 'y2'])).toEqual(['d1', 'x2']);
  });

  it('is not misled by names that every object has', () => {
    expect(kept('*', ['constructor', '__proto__', 'toString'])).toEqual([]);
    expect(kept('nothing', ['constructor'])).toEqual(['constructor']);
  });

  it('says which line is no pattern', () => {
    expect.assertions(2);
    try {
      parseIgnoreFile('ok\n[z-a]\n', 'image/.dockerignore');
    } catch (error) {
      expect(error).toBeInstanceOf(HephyError);
      expect(error).toMatchObject({ code: 'CONTEXT_IGNORE_INVALID', where: { file: 'image/.dockerignore', line: 2 } });
    }
  });

  it('refuses what nobody writes by hand', () => {
    for (const text of ['a\n'.repeat(5001), 'a'.repeat(1025), `#${'x'.repeat(256 * 1024)}`, '!', '! ']) {
      expect(() => parseIgnoreFile(text, '.dockerignore')).toThrow(
        expect.objectContaining({ code: 'CONTEXT_IGNORE_INVALID' }) as Error,
      );
    }
  });

  it('is quick with patterns that regular expressions backtrack on', () => {
    const rules = parseIgnoreFile(`${'**/*a'.repeat(200)}b\n`.repeat(10), '.dockerignore');
    const begun = performance.now();
    for (let index = 0; index < 10; index++) expect(rules.ignores(`${'a/'.repeat(100)}${index}`)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(30_000);
  });

  it('agrees with the library where that is right, and never prunes what a rule takes back', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', '*', '**', 'a*', '?');
    const pattern = fc
      .tuple(fc.boolean(), fc.array(segment, { minLength: 1, maxLength: 4 }))
      .map(([negative, parts]) => `${negative ? '!' : ''}${parts.join('/')}`);
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'aa'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), path, (patterns, parts) => {
        const rules = parseIgnoreFile(patterns.join('\n'), '.dockerignore');
        const name = parts.join('/');
        const plain = dockerignore({ ignorecase: false }).add(patterns);
        expect(rules.ignores(name)).toBe(plain.ignores(name));
        for (let depth = 1; depth < parts.length; depth++) {
          const directory = parts.slice(0, depth).join('/');
          if (rules.ignores(directory) && rules.prunes(directory)) expect(rules.ignores(name)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('prunes what no negation can reach', () => {
    const rules = parseIgnoreFile('node_modules\nvendor\n!vendor/keep\n!docs/*.md\n', '.dockerignore');
    expect(rules.prunes('node_modules')).toBe(true);
    expect(rules.prunes('vendor')).toBe(false);
    expect(rules.prunes('vendor/other')).toBe(true);
    expect(rules.prunes('docs/deep')).toBe(true);
  });
});
