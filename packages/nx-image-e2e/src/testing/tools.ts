import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Env } from './run';

/** The real Kaniko executor; undefined where there is none, or where it cannot run: its own root needs root. */
export const KANIKO = process.getuid?.() === 0 ? find('HEPHY_TEST_KANIKO', 'kaniko', 'executor') : undefined;
export const MANIFEST_TOOL = find('HEPHY_TEST_MANIFEST_TOOL', 'manifest-tool', 'manifest-tool');

/** What makes hephy use the real tools, where there are any. */
export function toolEnv(): Env {
  return {
    ...(KANIKO === undefined ? {} : { HEPHY_KANIKO: KANIKO }),
    ...(MANIFEST_TOOL === undefined ? {} : { HEPHY_MANIFEST_TOOL: MANIFEST_TOOL }),
  };
}

function find(variable: string, tool: string, program: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== '') return named;
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hephy/tools');
  if (!existsSync(cache)) return undefined;
  return readdirSync(cache)
    .filter((name) => name.startsWith(`${tool}-`) && /^\d/.test(name.slice(tool.length + 1)))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(cache, name, program))
    .filter((path) => existsSync(path))
    .at(-1);
}
