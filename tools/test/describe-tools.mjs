import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the tests had of the two programs that no package registry has, a line each. */
export function describeTools() {
  return [
    describe('Kaniko', findTool('HEPHY_TEST_KANIKO', 'kaniko', 'executor'), ['version'], 'the stand-in executor'),
    describe(
      'manifest-tool',
      findTool('HEPHY_TEST_MANIFEST_TOOL', 'manifest-tool', 'manifest-tool'),
      ['--version'],
      "none: hephy's own publisher",
    ),
  ];
}

function describe(name, path, versionArguments, without) {
  if (path === undefined) return `${name}: ${without}`;
  const { stdout } = spawnSync(path, versionArguments, { encoding: 'utf8' });
  const version = /\d+\.\d+(?:\.\d+)?[\w.+-]*/.exec(stdout ?? '')?.[0];
  return `${name}: ${path}, ${version ?? 'which does not tell its version'}`;
}

/** The variable, else the newest in the cache of tools. */
export function findTool(variable, tool, program) {
  const named = process.env[variable];
  if (named !== undefined && named !== '') return named;
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hephy/tools');
  return listDirectories(cache)
    .filter((directory) => /^\d/.test(directory.slice(tool.length + 1)) && directory.startsWith(`${tool}-`))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((directory) => join(cache, directory, program))
    .filter(isExecutable)
    .at(-1);
}

function listDirectories(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
