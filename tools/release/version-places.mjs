/** Where the version of a release stands: one for the package, the component and the image. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const WORKSPACE = join(import.meta.dirname, '../..');

/** Each pattern has the version, and nothing else, between its first and its second group. */
const PLACES = [
  { file: 'packages/nx-image/package.json', pattern: /(^ {2}"version": ")[^"]*(")/m },
  {
    file: 'package-lock.json',
    pattern: /("packages\/nx-image": \{\n(?: {6}"name": "[^"]*",\n)? {6}"version": ")[^"]*(")/,
  },
  { file: 'templates/hephy/template.yml', pattern: /(^# The component hephy, version )\S*(:)/m },
  { file: 'docs/ci.md', pattern: /(^ {2}- component: \S+\/hephy@)\S+(\n)/m },
  { file: 'projects/hephy/build-config.yaml', pattern: /(^additional_tags: \[')[^']*(', latest\])/m },
];

/** The default of the component's input, where it is an image of this project; a plain image of Node has no version of ours. */
const IMAGE_INPUT = {
  file: 'templates/hephy/template.yml',
  pattern: /(hephy_image:\n(?: {6}.*\n)*? {6}default: )\S*(\n)/,
};

const path = (file) => join(WORKSPACE, file);
const read = (file) => readFileSync(path(file), 'utf8');

/** Semantic, without a `v`: what a catalog of components takes for a version. */
export function isVersion(text) {
  return /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?$/.test(text);
}

/** What each place says; undefined: it is not there where it is looked for. */
export function readVersions() {
  const places = PLACES.map(({ file, pattern }) => ({ file, version: between(read(file), pattern) }));
  const image = /:hephy-(\S+)$/.exec(between(read(IMAGE_INPUT.file), IMAGE_INPUT.pattern) ?? '')?.[1];
  return image === undefined ? places : [...places, { file: `${IMAGE_INPUT.file}, hephy_image`, version: image }];
}

/** Whether CHANGELOG.md has a section of the version, with its day. */
export function hasChanges(version) {
  return read('CHANGELOG.md')
    .split('\n')
    .some(
      (line) =>
        line.startsWith(`## ${version} - `) && /^\d{4}-\d{2}-\d{2}$/.test(line.slice(`## ${version} - `.length)),
    );
}

/**
 * Writes the version everywhere; what is unreleased in CHANGELOG.md becomes its section.
 * @param repository where the image of the release will be, `registry/path`; undefined: the component's default stays as it is
 */
export function writeVersion(version, day, repository) {
  for (const { file, pattern } of PLACES) replace(file, pattern, version);
  if (repository !== undefined) replace(IMAGE_INPUT.file, IMAGE_INPUT.pattern, `${repository}:hephy-${version}`);
  else if (readVersions().length > PLACES.length)
    replace(IMAGE_INPUT.file, /(hephy_image:\n(?: {6}.*\n)*? {6}default: \S*:hephy-)\S*(\n)/, version);
  if (!hasChanges(version)) replace('CHANGELOG.md', /(^## Unreleased\n)()/m, `\n## ${version} - ${day}\n`);
}

function between(text, pattern) {
  const found = pattern.exec(text);
  return found === null ? undefined : found[0].slice(found[1].length, found[0].length - found[2].length);
}

function replace(file, pattern, value) {
  const text = read(file);
  if (!pattern.test(text)) throw new Error(`${file} has no place for the version: ${pattern}`);
  writeFileSync(
    path(file),
    text.replace(pattern, (_whole, before, after) => `${before}${value}${after}`),
  );
}
