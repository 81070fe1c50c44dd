/** Writes docs/errors.md from the codes in the source: `node tools/write-errors-page.mjs`. A test holds them together. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';

const WORKSPACE = join(import.meta.dirname, '..');
const PAGE = join(WORKSPACE, 'docs/errors.md');

const HEAD = `# Error codes

Every error that a user can cause has a code, a place where there is one, and a hint. Codes are stable: scripts may match on
them. An error without a code is a bug of ours: please report it with its stack.

Where a build failed, its last lines are shown and the log is named.
`;

const source = readFileSync(join(WORKSPACE, 'packages/nx-image/src/errors/codes.ts'), 'utf8');
const text = [HEAD, ...source.split('\n').flatMap(toMarkdown)].join('\n');
writeFileSync(
  PAGE,
  await prettier.format(`${text}\n`, { ...(await prettier.resolveConfig(PAGE)), parser: 'markdown' }),
);

/** A comment is a heading, an entry a row. */
function toMarkdown(line) {
  const heading = /^ {2}\/\/ (.+)$/.exec(line)?.[1];
  if (heading !== undefined) return ['', `## ${capital(heading)}`, '', '| Code | |', '| --- | --- |'];
  const [, code, what] = /^ {2}([A-Z_]+): (['"].+['"]),$/.exec(line) ?? [];
  return code === undefined ? [] : [`| \`${code}\` | ${capital(what.slice(1, -1))}. |`];
}

function capital(sentence) {
  return `${sentence[0].toUpperCase()}${sentence.slice(1)}`;
}
