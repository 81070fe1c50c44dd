import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../../../nx-image/testing/external-tools';
import { installStandIns, type StandIns } from '../../../nx-image/testing/stand-in/install';
import type { Env } from './run';
import { KANIKO, MANIFEST_TOOL } from './tools';

/** A builder, and what makes hephy use it. */
export interface TestBuilder {
  readonly name: 'kaniko' | 'buildah';
  /** For titles. */
  readonly title: string;
  /** `describe`, or its `skip` where this builder cannot run. */
  readonly describe: jest.Describe;
  /** The variables that make hephy use it, and publish the index by manifest-tool or by itself. */
  readonly env: () => Env;
  /** What hephy starts, by name: `bwrap`, `buildah`, `manifest-tool`, `git`. */
  readonly programs: () => Readonly<Record<string, string>>;
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
    env: () => {
      const { kaniko, bwrap, 'manifest-tool': publisher } = kanikoPrograms();
      return { HEPHY_KANIKO: kaniko, HEPHY_BWRAP: bwrap, HEPHY_MANIFEST_TOOL: publisher };
    },
    programs: () => {
      const { bwrap, 'manifest-tool': publisher } = kanikoPrograms();
      return { bwrap, 'manifest-tool': publisher, git: onPath('git') };
    },
    config: (lines) => render(lines),
  },
  {
    name: 'buildah',
    title: 'buildah',
    describe,
    env: () => ({ HEPHY_KANIKO: '', HEPHY_MANIFEST_TOOL: '' }),
    programs: () => ({ buildah: onPath('buildah'), git: onPath('git') }),
    config: (lines = []) => render(['build_backend: buildah', ...lines]),
  },
];

/** The real ones where there are any; Kaniko's runtime goes with it. */
function kanikoPrograms() {
  const standIns = KANIKO === undefined || MANIFEST_TOOL === undefined ? installOnce() : undefined;
  return {
    kaniko: KANIKO ?? standIns?.kaniko ?? '',
    bwrap: KANIKO === undefined ? (standIns?.bubblewrap ?? '') : onPath('bwrap'),
    'manifest-tool': MANIFEST_TOOL ?? standIns?.manifestTool ?? '',
  };
}

let installed: StandIns | undefined;

function installOnce(): StandIns {
  const directory = process.env.HEPHY_E2E_DIRECTORY;
  if (directory === undefined) throw new Error('the plugin was not installed before the tests');
  return (installed ??= installStandIns(mkdtempSync(join(directory, 'stand-ins-'))));
}

function onPath(name: string): string {
  const path = findOnPath(name);
  if (path === undefined) throw new Error(`there is no ${name} on PATH`);
  return path;
}

/** For both platforms with the tag `latest`, unless a line says otherwise. */
function render(lines: readonly string[] = []): string {
  const has = (key: string) => lines.some((line) => line.startsWith(`${key}:`));
  const usual = ['platforms: [linux/amd64, linux/arm64]', 'additional_tags: [latest]'];
  return [...usual.filter((line) => !has(line.split(':')[0] ?? '')), ...lines, ''].join('\n');
}
