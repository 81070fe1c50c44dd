import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Files below the directory that hold one of the texts, as they are or gunzipped; those named `without` are not looked into. */
export function filesWith(directory: string, texts: readonly string[], without: readonly string[] = []): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.split('/').some((part) => without.includes(part)))
    .filter((path) => contentsOf(path).some((content) => texts.some((text) => content.includes(text))));
}

function contentsOf(path: string): Buffer[] {
  const content = readFileSync(path);
  return content[0] === 0x1f && content[1] === 0x8b ? [content, gunzipSync(content)] : [content];
}
