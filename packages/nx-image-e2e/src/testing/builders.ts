import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { installStandIns } from '../../../nx-image/testing/stand-in/install';
import type { Env } from './run';
import { KANIKO, MANIFEST_TOOL } from './tools';

/** A builder, and what makes hephy use it. */
export interface TestBuilder {
  readonly name: 'kaniko' | 'buildah';
  /** For titles. */
  readonly title: string;
  /** `describe`, or its `skip` where this builder cannot run. */
  readonly describe: jest.Describe;
  /** The variables that name its programs, and who publishes the index. */
  readonly env: () => Env;
  /** A build-config.yaml for it. */
  readonly config: (lines?: readonly string[]) => string;
}

/** The platform that needs no emulation. */
export const HOST_PLATFORM = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;

/** Its root in bubblewrap is root's alone, and so is the stand-in's. */
const isRoot = process.getuid?.() === 0;

/** Kaniko, the real one where there is one, with manifest-tool; and buildah, with hephy as the index's publisher. */
export const TEST_BUILDERS: readonly TestBuilder[] = [
  {
    name: 'kaniko',
    title: KANIKO === undefined ? 'a stand-in for Kaniko' : 'Kaniko',
    describe: isRoot ? describe : describe.skip,
    env: () => ({
      ...(KANIKO === undefined || MANIFEST_TOOL === undefined ? standIns() : {}),
      ...(KANIKO === undefined ? {} : { HEPHY_KANIKO: KANIKO, HEPHY_BWRAP: '' }),
      ...(MANIFEST_TOOL === undefined ? {} : { HEPHY_MANIFEST_TOOL: MANIFEST_TOOL }),
    }),
    config: (lines) => render(lines),
  },
  {
    name: 'buildah',
    title: 'buildah',
    describe,
    env: () => ({ HEPHY_KANIKO: '', HEPHY_MANIFEST_TOOL: '' }),
    config: (lines = []) => render(['build_backend: buildah', ...lines]),
  },
];

function standIns(): Env {
  const installed = process.env.HEPHY_E2E_DIRECTORY;
  if (installed === undefined) throw new Error('the plugin was not installed before the tests');
  return installStandIns(mkdtempSync(join(installed, 'stand-ins-'))).env;
}

/** For both platforms with the tag `latest`, unless a line says otherwise. */
function render(lines: readonly string[] = []): string {
  const has = (key: string) => lines.some((line) => line.startsWith(`${key}:`));
  const usual = ['platforms: [linux/amd64, linux/arm64]', 'additional_tags: [latest]'];
  return [...usual.filter((line) => !has(line.split(':')[0] ?? '')), ...lines, ''].join('\n');
}
