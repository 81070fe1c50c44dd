import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { loadBuildConfig } from '../../nx-image/src/config/load-build-config';
import { CONFIG_KEYS } from '../../nx-image/src/config/schema';
import { ERROR_CODES } from '../../nx-image/src/errors/codes';
import { CHECKOUT, fencedBlocks } from './testing/documents';
import { must } from './testing/run';

const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'packages/nx-image/README.md',
  ...readdirSync(join(CHECKOUT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...readdirSync(join(CHECKOUT, 'projects')).map((name) => `projects/${name}/README.md`),
];

describe('documents', () => {
  it.each(PAGES)('%s links to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
    const directory = dirname(join(CHECKOUT, page));
    expect(links.filter((link) => !existsSync(join(directory, link)))).toEqual([]);
  });

  it('begin with the two commands that CI and demo.spec.ts run', () => {
    expect(fencedBlocks(read('README.md'), 'sh')[0]).toEqual(['npm run demo', 'npm test']);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(scripts).toMatchObject({ demo: 'node tools/demo.mjs', test: 'node tools/test.mjs' });
  });

  it('have a configuration that is one', () => {
    const examples = fencedBlocks(read('README.md'), 'yaml').filter((lines) => lines[0]?.startsWith('upstream_repo'));
    expect(examples).toHaveLength(1);
    const config = loadBuildConfig(Buffer.from(examples[0]?.join('\n') ?? ''), 'README.md');
    expect(config.additionalTags.map((tag) => tag.name)).toEqual(['v1.25.3', 'latest']);
  });

  it('name every key of build-config.yaml, and no other', () => {
    const [, table = ''] = /\| Key .*\n\|[ -|]+\n((?:\|.*\n)+)/.exec(read('README.md')) ?? [];
    const named = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]);
    expect(named.map((match) => match[1]).sort()).toEqual([...CONFIG_KEYS].sort());
  });

  it('have an entry for every error code: what it is, and what to do', () => {
    const entries = read('docs/troubleshooting.md')
      .split(/^### /m)
      .slice(1)
      .map((entry) => entry.split(/\n\n|\n$/).filter((part) => part !== '' && !part.startsWith('## ')));
    const named = entries.map(([heading = '', what = '']) => [heading.replaceAll('`', ''), what]);
    const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
    expect(named).toEqual(Object.entries(ERROR_CODES).map(([code, what]) => [code, capital(what)]));
    expect(entries.filter((parts) => parts.length < 3)).toEqual([]);
  });

  it('have the configuration that the schemas say', async () => {
    await must(CHECKOUT, process.execPath, ['tools/write-configuration-page.mjs', '--check']);
  });
});

describe('image directories of this repository', () => {
  it.each(readdirSync(join(CHECKOUT, 'projects')))('%s has a config and says what it is', (name) => {
    const directory = join('projects', name);
    const file = join(directory, 'build-config.yaml');
    const config = loadBuildConfig(readFileSync(join(CHECKOUT, file)), relative('.', file));
    expect(config.description).toBeTruthy();
    expect(read(join(directory, 'README.md'))).toContain(`# ${name}\n`);
  });
});
