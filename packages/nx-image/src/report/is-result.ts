import type {
  BuildResult,
  ImageResult,
  ManifestResult,
  Phase,
  PrepareResult,
  ResultError,
  SkipCause,
  TagResult,
} from './result';
import { fields, list, number, oneOf, optional, record, text, type Check } from './value-check';

/**
 * The schemas of `result.ts` without zod, whose loading costs more CPU than reading the results of a whole run. True: the schema accepts
 * it too. False: ask the schema, which can say what is wrong. The types hold both to the same fields, a spec to the same values.
 */

export const version: Check = (value) => value === 1;
const digest: Check = (value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
const inputKey: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

const outcomes = { failed: true, cancelled: true, 'timed out': true, skipped: true, built: true } as const;
const outcome = oneOf<BuildResult['outcome']>({ ...outcomes, reused: true });

export const isResultError = fields<ResultError>({
  code: text,
  message: text,
  where: optional(text),
  hint: optional(text),
  output: list(text),
  log: optional(text),
});

const step = {
  version,
  run: text,
  image: text,
  started: text,
  seconds: record(number),
  phases: optional(list(fields<Phase>({ what: text, at: number, seconds: number }))),
  error: optional(isResultError),
};

const because = optional(
  fields<SkipCause>({
    image: text,
    step: oneOf<SkipCause['step']>({ prepare: true, build: true, manifest: true }),
    platform: optional(text),
    outcome,
  }),
);

const child = fields<PrepareResult['bases'][number]['children'][string]>({
  digest,
  layers: list(digest),
  onBuild: list(text),
});

export const isPrepareResult = fields<PrepareResult>({
  ...step,
  step: oneOf({ prepare: true }),
  outcome: oneOf<PrepareResult['outcome']>(outcomes),
  upstream: optional(
    fields<NonNullable<PrepareResult['upstream']>>({ repo: text, ref: text, commit: text, name: optional(text) }),
  ),
  context: optional(
    fields<NonNullable<PrepareResult['context']>>({ digest, size: number, files: number, tree: optional(text) }),
  ),
  dockerfile: optional(fields<NonNullable<PrepareResult['dockerfile']>>({ path: text, text })),
  bases: list(fields<PrepareResult['bases'][number]>({ reference: text, digest, children: record(child) })),
  because,
});

const change = fields<NonNullable<BuildResult['changes']>[number]>({
  kind: text,
  how: text,
  name: optional(text),
  from: optional(text),
  to: optional(text),
  platforms: optional(list(text)),
  more: optional(number),
});

export const isBuildResult = fields<BuildResult>({
  ...step,
  step: oneOf({ build: true }),
  outcome,
  reason: text,
  changes: optional(list(change)),
  platform: text,
  inputKey: optional(inputKey),
  builder: optional(
    fields<NonNullable<BuildResult['builder']>>({ name: text, version: optional(text), runtime: optional(text) }),
  ),
  digest: optional(digest),
  manifest: optional(fields<NonNullable<BuildResult['manifest']>>({ mediaType: text, size: number })),
  inputs: optional(
    fields<NonNullable<BuildResult['inputs']>>({
      key: text,
      context: text,
      dockerfile: text,
      target: optional(text),
      args: record(text),
      labels: record(text),
      bases: list(
        fields<NonNullable<BuildResult['inputs']>['bases'][number]>({
          name: text,
          index: optional(text),
          child: text,
          identity: optional(text),
        }),
      ),
      builder: text,
      flags: list(text),
      epoch: text,
      period: optional(text),
    }),
  ),
  parents: optional(list(text)),
  size: optional(number),
  layers: optional(list(digest)),
  shared: optional(
    fields<NonNullable<BuildResult['shared']>>({ version: optional(text), layers: number, bytes: number }),
  ),
  exposes: optional(list(text)),
  tags: list(text),
  notes: list(text),
  because,
});

export const isManifestResult = fields<ManifestResult>({
  ...step,
  step: oneOf({ manifest: true }),
  outcome,
  reason: text,
  publisher: optional(text),
  digest: optional(digest),
  versionTag: optional(text),
  platforms: list(fields<ManifestResult['platforms'][number]>({ platform: text, digest, size: number })),
  tags: list(
    fields<TagResult>({
      tag: text,
      state: oneOf<TagResult['state']>({
        written: true,
        kept: true,
        fixed: true,
        withheld: true,
        late: true,
        held: true,
      }),
      digest: optional(digest),
    }),
  ),
  notes: list(text),
  because,
});

export const isImageResult = fields<ImageResult>({
  version,
  run: text,
  image: text,
  root: text,
  repository: text,
  prepare: optional(isPrepareResult),
  builds: list(isBuildResult),
  manifest: optional(isManifestResult),
});
