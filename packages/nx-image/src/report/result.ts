import { z } from 'zod';

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

const step = {
  version: z.literal(1),
  /** The run that wrote it: a result of another run is no result. */
  run: z.string(),
  image: z.string(),
  /** ISO 8601 UTC. */
  started: z.string(),
  /** Seconds by what they were spent on: `wait`, `fetch`, `build`, `push`, `check`, `publish`, `total`. */
  seconds: z.record(z.string(), z.number()),
  error: ResultError.optional(),
};

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
  upstream: z.object({ repo: z.string(), ref: z.string(), commit: z.string() }).optional(),
  context: z.object({ digest, size: z.number(), files: z.number() }).optional(),
  dockerfile: z.object({ path: z.string(), text: z.string() }).optional(),
  bases: z.array(BaseResult),
});
export type PrepareResult = z.infer<typeof PrepareResult>;

const hashes = z.record(z.string(), z.string());
const PlatformDescription = z.object({
  key: z.string(),
  context: z.string(),
  dockerfile: z.string(),
  target: z.string().optional(),
  args: hashes,
  labels: hashes,
  bases: z.array(z.object({ name: z.string(), index: z.string().optional(), child: z.string() })).readonly(),
  builder: z.string(),
  flags: z.array(z.string()).readonly(),
  epoch: z.string(),
  period: z.string().optional(),
});

export const BuildResult = z.object({
  ...step,
  step: z.literal('build'),
  outcome: Outcome,
  reason: z.string(),
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
  inputs: PlatformDescription.optional(),
  /** Bytes: config and layers, compressed. */
  size: z.number().optional(),
  layers: z.array(digest).optional(),
  /** Ports of the image's config, as `8080/tcp`; missing where they were not looked up. */
  exposes: z.array(z.string()).optional(),
  /** Tags written by this step. */
  tags: z.array(z.string()),
  /** Lines that are no errors: foreign files, a fallback that was taken. */
  notes: z.array(z.string()),
});
export type BuildResult = z.infer<typeof BuildResult>;

export const TagResult = z.object({
  tag: z.string(),
  /** `written`: moved or new; `kept`: was there already; `fixed`: is elsewhere and may not move; `withheld`: not a publishing run. */
  state: z.enum(['written', 'kept', 'fixed', 'withheld']),
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
