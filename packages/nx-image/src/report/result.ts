import { z } from 'zod';
import { ChangeResult, DescribedPlatform } from './described-platform';

/**
 * What a task leaves for the next, and all that the report knows. Written whole or not at all (temporary file, rename),
 * schema-checked when read. One file a step: `dist/images/<image>/{prepare,build-<arch>,manifest}.json`;
 * `result.json` is the image's whole.
 */
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** `reason`: why it was built, or why not; one line. */
export const Outcome = z.enum(['built', 'reused', 'failed', 'cancelled', 'timed out', 'skipped']);
export type Outcome = z.infer<typeof Outcome>;

export const ResultError = z.object({
  code: z.string(),
  message: z.string(),
  where: z.string().optional(),
  hint: z.string().optional(),
  /** The last lines of the builder's output. */
  output: z.array(z.string()),
  log: z.string().optional(),
});
export type ResultError = z.infer<typeof ResultError>;

/**
 * One stretch of a step's time. `what` is one of
 * - `fetch` (the upstream), `context` (listing and copying its files), `resolve` (bases): of `prepare`;
 * - `plan`, `registry` (is it there?), `wait` (for a place among the builders that run at once), `pull`, `build`, `push`, `check`, `verify` (the user's own target), `publish` (tags): of
 *   `build` and `manifest`. `pull` and `push` are what the builder's own output tells apart from `build`; where it tells nothing all of it is `build`.
 * Readers show words that they do not know as they are.
 */
export const Phase = z.object({
  what: z.string(),
  /** Seconds after the step's `started`. */
  at: z.number(),
  seconds: z.number(),
});
export type Phase = z.infer<typeof Phase>;

const step = {
  version: z.literal(1),
  /** The run that wrote it: a result of another run is no result. */
  run: z.string(),
  image: z.string(),
  /** ISO 8601 UTC. It ended `seconds.total` later. */
  started: z.string(),
  /**
   * Seconds by what they were spent on: the sums of `phases`, `total`, and `parents`: how long before `started` the step waited for the images that it is
   * FROM, when all else was ready. `total` has `wait` in it and not `parents`.
   */
  seconds: z.record(z.string(), z.number()),
  /** In order. Between them is what is too short, or too little, to be told. */
  phases: z.array(Phase).optional(),
  error: ResultError.optional(),
};

/** The step that did not succeed, for which another was skipped: the first of a chain, not the last. */
export const SkipCause = z.object({
  image: z.string(),
  step: z.enum(['prepare', 'build', 'manifest']),
  /** Of the step `build`. */
  platform: z.string().optional(),
  outcome: Outcome,
});
export type SkipCause = z.infer<typeof SkipCause>;

export const BaseResult = z.object({
  reference: z.string(),
  digest,
  /** By platform: the child, its layers, its ONBUILD. */
  children: z.record(z.string(), z.object({ digest, layers: z.array(digest), onBuild: z.array(z.string()) })),
});
export type BaseResult = z.infer<typeof BaseResult>;

export const PrepareResult = z.object({
  ...step,
  step: z.literal('prepare'),
  outcome: z.enum(['built', 'failed', 'cancelled', 'timed out', 'skipped']),
  /** The commit of the upstream, where there is one. */
  upstream: z
    .object({
      repo: z.string(),
      ref: z.string(),
      commit: z.string(),
      /** The ref in full, as `refs/tags/v1.25.3`; missing where `ref` is the commit. */
      name: z.string().optional(),
    })
    .optional(),
  /** `tree`: a `FileTree` of it, as JSON. */
  context: z.object({ digest, size: z.number(), files: z.number(), tree: z.string().optional() }).optional(),
  dockerfile: z.object({ path: z.string(), text: z.string() }).optional(),
  bases: z.array(BaseResult),
  /** Of the outcome `skipped`. */
  because: SkipCause.optional(),
});
export type PrepareResult = z.infer<typeof PrepareResult>;

export const BuildResult = z.object({
  ...step,
  step: z.literal('build'),
  outcome: Outcome,
  reason: z.string(),
  /** What `reason` says, where it is what changed since the version published last. */
  changes: z.array(ChangeResult).readonly().optional(),
  platform: z.string(),
  inputKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  builder: z.object({ name: z.string(), version: z.string().optional(), runtime: z.string().optional() }).optional(),
  /** Of the manifest; what the children of this image are FROM. */
  digest: digest.optional(),
  /** The manifest's media type and bytes, for the descriptor in the index. */
  manifest: z.object({ mediaType: z.string(), size: z.number() }).optional(),
  /** What `inputKey` was made of: names and hashes, no values. */
  inputs: DescribedPlatform.optional(),
  /** Names of the images of this repository that the platform is FROM or copies from; missing where it did not come to be known. */
  parents: z.array(z.string()).optional(),
  /** Bytes: config and layers, compressed. */
  size: z.number().optional(),
  layers: z.array(digest).optional(),
  /** How many of `layers`, and bytes of `size`, the version published last has too. Only of what was built; missing where there is no such version. */
  shared: z.object({ version: z.string().optional(), layers: z.number(), bytes: z.number() }).optional(),
  /** Ports of the image's config, as `8080/tcp`; missing where they were not looked up. */
  exposes: z.array(z.string()).optional(),
  /** Tags written by this step. */
  tags: z.array(z.string()),
  /** Lines that are no errors: foreign files, a fallback that was taken. */
  notes: z.array(z.string()),
  /** Of the outcome `skipped`. */
  because: SkipCause.optional(),
});
export type BuildResult = z.infer<typeof BuildResult>;

export const TagResult = z.object({
  tag: z.string(),
  /**
   * `written`: moved or new; `kept`: was there already; `fixed`: is elsewhere and may not move; `withheld`: not a publishing run; `late`: a later run has
   * published, or a rollback moved it, and it stays where that has it; `held`: at the version that the config holds.
   */
  state: z.enum(['written', 'kept', 'fixed', 'withheld', 'late', 'held']),
  digest: digest.optional(),
});
export type TagResult = z.infer<typeof TagResult>;

export const ManifestResult = z.object({
  ...step,
  step: z.literal('manifest'),
  outcome: Outcome,
  reason: z.string(),
  publisher: z.string().optional(),
  digest: digest.optional(),
  /** The version tag that the image has: `{image}-{YYYYMMDD}-{sha7}`. */
  versionTag: z.string().optional(),
  platforms: z.array(z.object({ platform: z.string(), digest, size: z.number() })),
  tags: z.array(TagResult),
  notes: z.array(z.string()),
  /** Of the outcome `skipped`. */
  because: SkipCause.optional(),
});
export type ManifestResult = z.infer<typeof ManifestResult>;

/** `dist/images/<image>/result.json`, and one entry of `hephy report --json`. */
export const ImageResult = z.object({
  version: z.literal(1),
  run: z.string(),
  image: z.string(),
  root: z.string(),
  /** `registry/path`. */
  repository: z.string(),
  prepare: PrepareResult.optional(),
  builds: z.array(BuildResult),
  manifest: ManifestResult.optional(),
});
export type ImageResult = z.infer<typeof ImageResult>;
