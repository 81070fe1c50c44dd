/** Writes docs/configuration.md from the schemas that the package ships: `node tools/write-configuration-page.mjs`; with `--check` only says whether it is the same. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import prettier from 'prettier';

const WORKSPACE = join(import.meta.dirname, '..');
const PAGE = join(WORKSPACE, 'docs/configuration.md');
const PLUGIN = join(WORKSPACE, 'packages/nx-image');

const yaml = createRequire(join(PLUGIN, 'package.json'))('yaml');

const readJson = (path) => JSON.parse(readFileSync(join(PLUGIN, path), 'utf8'));

function page() {
  return [
    '# Configuration',
    'Made from the schemas that the package ships. What is most used of it is in the [README](../README.md), with the environment variables.',
    '## build-config.yaml',
    'Every key is optional, and an empty file is a config. A value is the text that is written: `1.10` is `1.10`. Editors complete and check the file by the schema in its first line, ' +
      '`# yaml-language-server: $schema=…/build-config.schema.json`.',
    ...Object.entries(readJson('build-config.schema.json').properties).flatMap(keySection),
    '## Options of the executors',
    'Set for one image under `targets` in its `project.json`, for all of them under `targetDefaults` in `nx.json`, for one run on the command line (`npx nx run web:build-arm64 --<option>=…`). Those that the plugin has too are set for all images beside its name in `nx.json`.',
    ...['kaniko', 'manifest-tool'].flatMap(executorSection),
  ].join('\n\n');
}

function keySection([key, { description, examples, anyOf }]) {
  const values = anyOf.find(({ type }) => type !== 'null');
  const form = describeForm(values);
  const example = yaml.stringify({ [key]: examples[0] }).trimEnd();
  return [`### ${key}`, description, ...(form === '' ? [] : [form]), `\`\`\`yaml\n${example}\n\`\`\``];
}

/** What a description does not say: the words that may be written. */
function describeForm({ type, enum: words, items, anyOf }) {
  if (type === 'boolean') return 'Values: `true`, `false`.';
  const allowed = words ?? items?.enum;
  if (allowed !== undefined) {
    const list = [...new Set(allowed.map(String))].map((word) => `\`${word}\``).join(', ');
    return `${type === 'array' ? 'A list of' : 'Values:'} ${list}.`;
  }
  if (anyOf !== undefined) return '';
  return type === 'array' ? 'A list.' : type === 'object' ? 'A mapping.' : '';
}

function executorSection(name) {
  const { description, properties } = readJson(`src/executors/${name}/schema.json`);
  const rows = Object.entries(properties).map(([option, { description: what }]) => `| \`${option}\` | ${what} |`);
  return [`### @hephy/nx-image:${name}`, description, ['| Option | |', '| --- | --- |', ...rows].join('\n')];
}

const text = await prettier.format(`${page()}\n`, { ...(await prettier.resolveConfig(PAGE)), parser: 'markdown' });
if (!process.argv.includes('--check')) writeFileSync(PAGE, text);
else if (readFileSync(PAGE, 'utf8') !== text) {
  process.stderr.write('docs/configuration.md is not what the schemas say: node tools/write-configuration-page.mjs\n');
  process.exitCode = 1;
}
