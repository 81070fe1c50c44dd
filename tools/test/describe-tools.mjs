import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The two programs that no package registry has, where packages/nx-image/testing/external-tools.ts looks for them. */
const TOOLS = [
  {
    name: 'Kaniko',
    variable: 'HEPHY_TEST_KANIKO',
    cached: 'kaniko-1.28.3/executor',
    version: ['version'],
    without: 'the stand-in executor',
  },
  {
    name: 'manifest-tool',
    variable: 'HEPHY_TEST_MANIFEST_TOOL',
    cached: 'manifest-tool-2.2.1/manifest-tool',
    version: ['--version'],
    without: 'a stand-in',
  },
];

/**
 * @param {'Kaniko' | 'manifest-tool'} name
 * @returns {string | undefined} Its path, where the tests would have the real one.
 */
export function findTool(name) {
  const path = pathOf(TOOLS.find((tool) => tool.name === name));
  return existsSync(path) ? path : undefined;
}

/** What the tests had of them, a line each. */
export function describeTools() {
  return TOOLS.map((tool) => {
    const { name, variable, version, without } = tool;
    const path = pathOf(tool);
    if (!existsSync(path)) return `${name}: ${without}, as there is no ${path} and ${variable} names none`;
    const { stdout } = spawnSync(path, version, { encoding: 'utf8' });
    const number = /\d+\.\d+(?:\.\d+)?[\w.+-]*/.exec(stdout ?? '')?.[0];
    return `${name}: ${path}, ${number ?? 'which does not tell its version'}`;
  });
}

function pathOf({ variable, cached }) {
  return process.env[variable] || join(homedir(), '.cache/hephy/tools', cached);
}
