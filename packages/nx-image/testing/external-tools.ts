import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Tools that come from no package registry: named by the variable, or in the cache where `npm test` puts them. */
const EXTERNAL = {
  kaniko: ['HEPHY_TEST_KANIKO', 'kaniko-1.28.3/executor'],
  'manifest-tool': ['HEPHY_TEST_MANIFEST_TOOL', 'manifest-tool-2.2.1/manifest-tool'],
} as const;

/** The tool's path; undefined where this machine has none. */
export function findExternalTool(name: keyof typeof EXTERNAL): string | undefined {
  const [variable, cached] = EXTERNAL[name];
  const named = process.env[variable];
  if (named !== undefined && named !== '') return named;
  const path = join(homedir(), '.cache/hephy/tools', cached);
  return existsSync(path) ? path : undefined;
}

/** As a shell finds it; undefined where PATH has none. */
export function findOnPath(name: string): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter);
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
}
