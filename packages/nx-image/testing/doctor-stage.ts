import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CHECKS } from '../src/commands/doctor/checks';
import { openSurroundings, type SurroundingsInput } from '../src/commands/doctor/open-surroundings';
import { runChecks } from '../src/commands/doctor/run-checks';
import type { Surroundings } from '../src/commands/doctor/surroundings';
import { loadDirectory } from '../src/inference/load-images';
import { runProcess } from '../src/process/run-process';
import type { Finding } from '../src/report/finding';
import { findOnPath } from './external-tools';
import { gitIn } from './git-repository';
import { TEST_LOGIN } from './registry-server';

/** On PATH: a script, or where there is none the program that this machine has by the name. */
export type Programs = Readonly<Record<string, string | undefined>>;

/** By check. */
export type Findings = Readonly<Record<string, Finding>>;

/** What is not as it is where all is well. */
export interface Changes extends Partial<Omit<SurroundingsInput, 'env'>> {
  readonly env?: Readonly<Record<string, string>>;
  readonly programs?: Programs;
  readonly besides?: Partial<Surroundings>;
  readonly patience?: number;
}

export interface DoctorStage {
  readonly newDirectory: () => string;
  /** A workspace with an image `web`, in a repository with a commit; files besides. */
  readonly makeWorkspace: (files?: Readonly<Record<string, string>>) => string;
  /** A directory as binfmt_misc is, with one emulator: of the other architecture. */
  readonly emulators: (flags: string) => string;
  /** What the doctor finds. */
  readonly examine: (changes: Changes) => Promise<Findings>;
}

export const DOCKERFILE = 'FROM docker.io/library/alpine:3\nRUN true\n';
export const CONFIG = 'platforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n';

/** The programs where all is well. */
export const WELL: Programs = {
  ...{ git: undefined, bwrap: undefined, buildah: undefined },
  'kaniko-executor': 'echo "Kaniko version :  v1.28.3"',
};

/** All but one. */
export function without(name: string): Programs {
  return Object.fromEntries(Object.entries(WELL).filter(([one]) => one !== name));
}

/** Of DOCKER_AUTH_CONFIG. */
export function loginFor(host: string, password: string): string {
  const auth = Buffer.from(`${TEST_LOGIN.username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [host]: { auth } } });
}

/** Workspaces and machines to examine, all in one directory that is gone after the tests of a file. */
export function setDoctorStage(): DoctorStage {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-doctor-'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const newDirectory = () => mkdtempSync(join(directory, 'd-'));

  const makeWorkspace: DoctorStage['makeWorkspace'] = (files = {}) => {
    const root = newDirectory();
    const all = {
      '.nxignore': '**/README.md\n',
      '.gitignore': 'cache\n',
      'images/web/build-config.yaml': CONFIG,
      'images/web/Dockerfile': DOCKERFILE,
      'images/web/.dockerignore': 'README.md\n',
      'images/web/README.md': 'x\n',
      ...files,
    };
    for (const [path, content] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    gitIn(root, ['init', '-q', '-b', 'main']);
    gitIn(root, ['add', '-A']);
    gitIn(root, ['commit', '-q', '-m', 'x']);
    return root;
  };
  const emulators = (flags: string) => writeEmulator(newDirectory(), flags);
  const emulated = emulators('POF');

  const examine: DoctorStage['examine'] = async ({ env, programs = WELL, besides, patience, ...more }) => {
    const workspaceRoot = more.workspaceRoot ?? makeWorkspace();
    const surroundings = await openSurroundings({
      workspaceRoot,
      cacheDirectory: join(workspaceRoot, 'cache'),
      options: {},
      plugin: true,
      images: loadDirectory(workspaceRoot, 'images/web/build-config.yaml'),
      problems: [],
      runProcess,
      signal: new AbortController().signal,
      emulationDirectory: emulated,
      ...more,
      env: { PATH: writePrograms(newDirectory(), programs), HOME: '/nowhere', DOCKER_CONFIG: '/nowhere', ...env },
    });
    const findings = await runChecks(CHECKS, { ...surroundings, ...besides }, patience);
    expect(findings.map(({ check }) => check)).toEqual(CHECKS.map(({ name }) => name));
    return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
  };
  return { newDirectory, makeWorkspace, emulators, examine };
}

/** Answers the directory, to be all of PATH. */
function writePrograms(directory: string, programs: Programs): string {
  for (const [name, script] of Object.entries(programs)) {
    const path = join(directory, name);
    if (script === undefined) symlinkSync(findOnPath(name) ?? '/none', path);
    else {
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    }
  }
  return directory;
}

function writeEmulator(directory: string, flags: string): string {
  const architecture = process.arch === 'arm64' ? '003e00' : '00b700';
  writeFileSync(join(directory, 'status'), 'enabled\n');
  writeFileSync(
    join(directory, 'qemu'),
    `enabled
interpreter /usr/bin/qemu-aarch64-static
flags: ${flags}
offset 0
magic 7f454c4602010100000000000000000002${architecture}
mask ffffffffffffff00fffffffffffffffffeffffff
`,
  );
  return directory;
}
