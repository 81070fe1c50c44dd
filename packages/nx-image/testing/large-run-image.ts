import type { BuildResult, ImageResult, ManifestResult, Outcome, Phase, ResultError } from '../src/report/result';
import { digestOf, imageResult, prepareResult, RUN } from './results';

const BEGIN = Date.parse('2026-11-22T10:00:00.000Z');

/** What became of an image in `largeRun`. */
export interface Fate {
  readonly name: string;
  readonly outcome: Outcome;
  readonly parents: readonly string[];
  /** The image that failed first: itself, or what it is FROM. */
  readonly cause: string;
  /** Of eight hex digits: what its digests are made of. */
  readonly digits: string;
}

/** The instant so many seconds after the run began. */
export function at(seconds: number): string {
  return new Date(BEGIN + seconds * 1000).toISOString();
}

export function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

export function phasesEnd(phases: readonly Phase[]): number {
  return phases.reduce((end, phase) => Math.max(end, phase.at + phase.seconds), 0);
}

export function buildOf(fate: Fate, platform: string, begun: number, phases: readonly Phase[]): BuildResult {
  const { name, outcome, cause, digits } = fate;
  const sums = Object.fromEntries(phases.map((phase) => [phase.what, phase.seconds]));
  return {
    ...{ version: 1, run: RUN, step: 'build', image: name, platform, outcome, tags: [], notes: [] },
    started: at(begun),
    reason: reasonOf(fate),
    seconds: { ...sums, total: rounded(phasesEnd(phases)) },
    phases: [...phases],
    parents: [...fate.parents],
    builder: { name: 'kaniko', version: '1.28.3', runtime: 'bubblewrap' },
    ...(isMade(fate)
      ? { digest: digestOf(digits), size: 8_000_000 + (Number.parseInt(digits, 16) % 240_000_000) }
      : {}),
    ...(outcome === 'built' ? { shared: { version: `${name}-20261115-0f1e2d3`, layers: 4, bytes: 7_654_321 } } : {}),
    ...(isMade(fate) || outcome === 'skipped' ? {} : { error: errorOf(fate, platform) }),
    ...(outcome === 'skipped' ? { because: { image: cause, step: 'build', platform, outcome: 'failed' } } : {}),
  };
}

export function imageOf(fate: Fate, builds: readonly BuildResult[], prepared: number, ended: number): ImageResult {
  const { name, digits } = fate;
  return imageResult({
    image: name,
    root: `projects/${name}`,
    repository: 'registry.example.com/platform/images',
    prepare: prepareResult({
      image: name,
      started: at(0.1),
      seconds: { context: rounded(prepared / 2), resolve: rounded(prepared / 3), total: rounded(prepared) },
      phases: [
        { what: 'context', at: 0, seconds: rounded(prepared / 2) },
        { what: 'resolve', at: rounded(prepared / 2), seconds: rounded(prepared / 3) },
      ],
      context: { digest: digestOf(digits), size: 123_456, files: 42 },
      dockerfile: { path: `projects/${name}/Dockerfile`, text: 'FROM scratch' },
    }),
    builds: [...builds],
    manifest: manifestOf(fate, builds, ended),
  });
}

function manifestOf(fate: Fate, builds: readonly BuildResult[], ended: number): ManifestResult {
  const { name, outcome, cause, digits } = fate;
  const head = { version: 1, run: RUN, step: 'manifest', image: name, started: at(ended) } as const;
  if (!isMade(fate)) {
    const reason = `${cause} ${outcome === 'skipped' ? 'failed' : outcome}`;
    return { ...head, outcome: 'skipped', reason, seconds: {}, platforms: [], tags: [], notes: [] };
  }
  const digest = digestOf(digits);
  const state = outcome === 'reused' ? 'kept' : 'written';
  const versionTag = `${name}-${outcome === 'reused' ? '20261115-0f1e2d3' : '20261122-1a2b3c4'}`;
  return {
    ...{ ...head, outcome, digest, versionTag, publisher: 'manifest-tool', notes: [] },
    reason: outcome === 'built' ? 'platforms are new' : 'nothing is new',
    seconds: { registry: 0.05, publish: 0.1, total: 0.16 },
    phases: [
      { what: 'registry', at: 0, seconds: 0.05 },
      { what: 'publish', at: 0.05, seconds: 0.1 },
    ],
    platforms: builds.map((build) => ({ platform: build.platform, digest: build.digest ?? digest, size: 700 })),
    tags: [
      { tag: versionTag, state, digest },
      { tag: `${name}-latest`, state, digest },
      ...(name.endsWith('web') ? [{ tag: `${name}-v1`, state: 'fixed' as const, digest: digestOf('77') }] : []),
    ],
  };
}

function isMade({ outcome }: Fate): boolean {
  return outcome === 'built' || outcome === 'reused';
}

function reasonOf({ outcome, cause }: Fate): string {
  if (outcome === 'skipped') return `${cause} failed`;
  if (outcome === 'reused') return 'since 20261115-0f1e2d3';
  return 'base docker.io/library/debian:12-slim moved sha256:4f1a… → sha256:9be0…; files changed: src/main.ts (content)';
}

function errorOf({ name, outcome }: Fate, platform: string): ResultError {
  const log = `dist/images/${name}/build-${platform.slice(6)}.log`;
  if (outcome === 'cancelled') return { code: 'BUILD_CANCELLED', message: 'stopped', output: [] };
  if (outcome === 'timed out')
    return {
      code: 'BUILD_TIMED_OUT',
      message: 'the build took longer than the 60 s that `timeout` allows',
      hint: 'Raise `timeout`, or look in the log for what it waited for.',
      output: ['INFO[0059] Running: [/bin/sh -c ./wait-for database]'],
      log,
    };
  return {
    code: 'BUILD_FAILED',
    message: 'the builder ended with exit code 2',
    where: `projects/${name}/Dockerfile:14:1`,
    hint: 'The last lines of its output say which instruction failed.',
    output: [
      ...Array.from({ length: 9 }, (_, index) => `#${index + 6} npm run build: compiled module ${index * 37}`),
      `src/main.ts(${name.length},7): error TS2322: Type 'string' is not assignable to type 'number'.`,
      'error building image: failed to execute command: waiting for process to exit: exit status 2',
    ],
    log,
  };
}
