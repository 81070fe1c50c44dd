import type { BuildResult, ImageResult, ManifestResult, PrepareResult } from '../src/report/result';
import type { RunResult } from '../src/report/run-result';

export const RUN = 'a1b2c3d4';

/** `sha256:` and the digits over and over. */
export function digestOf(digits: string): string {
  return `sha256:${digits.repeat(64).slice(0, 64)}`;
}

const step = {
  version: 1,
  run: RUN,
  image: 'web',
  started: '2026-11-22T10:00:00.000Z',
  seconds: { total: 2 },
} as const;

export function prepareResult(change: Partial<PrepareResult> = {}): PrepareResult {
  return { ...step, step: 'prepare', outcome: 'built', bases: [], ...change };
}

export const INPUTS: NonNullable<BuildResult['inputs']> = {
  key: 'c'.repeat(64),
  context: '1'.repeat(16),
  dockerfile: '2'.repeat(16),
  args: {},
  labels: {},
  bases: [],
  builder: 'kaniko',
  flags: [],
  epoch: '0',
};

export function buildResult(change: Partial<BuildResult> = {}): BuildResult {
  return {
    ...step,
    step: 'build',
    outcome: 'built',
    reason: 'nothing made of these inputs is in the registry',
    platform: 'linux/amd64',
    digest: digestOf('4f'),
    size: 2_097_152,
    tags: [],
    notes: [],
    ...change,
  };
}

export function manifestResult(change: Partial<ManifestResult> = {}): ManifestResult {
  return {
    ...step,
    step: 'manifest',
    outcome: 'built',
    reason: 'a platform is new',
    digest: digestOf('8c'),
    platforms: [],
    tags: [],
    notes: [],
    ...change,
  };
}

export function imageResult(change: Partial<ImageResult> = {}): ImageResult {
  return {
    version: 1,
    run: RUN,
    image: 'web',
    root: 'projects/web',
    repository: 'localhost:5000/hephy',
    builds: [],
    ...change,
  };
}

export function runResult(change: Partial<RunResult> = {}): RunResult {
  return {
    version: 1,
    run: RUN,
    started: '2026-11-22T09:59:58.000Z',
    machine: { platform: 'linux/amd64', cpus: 2, memory: 8_000_000_000 },
    parallel: 2,
    errors: [],
    ...change,
  };
}
