import type * as Zod from 'zod';
import { CHOICES, FORMS } from './forms';
import { valueSchemas } from './value-schemas';

type Z = typeof Zod.z;

/**
 * The shape of a build-config.yaml, each value by itself; `check-together` has what concerns several. Keys that say nothing (`target: ""`) are
 * taken out before. The JSON Schema that editors use is made of this: descriptions are for users, the first example is what hints show.
 */
function makeSchema(z: Z) {
  const { text, flag, target, buildArgs, labels, platforms, tags, variant, notEmpty } = valueSchemas(z);
  return z
    .strictObject({
      version: z.literal(CHOICES.version[0]).meta({ description: 'Version of this format: 1.', examples: [1] }),
      description: text(FORMS.description).meta({
        description: 'What the image is, in a sentence. Shown by Nx.',
        examples: ['curl on Alpine Linux'],
      }),
      upstream_repo: text(FORMS.upstream_repo).meta({
        description:
          'Git repository that holds the source: https, http, ssh, git or user@host:path. Without it the source is this directory.',
        examples: ['https://github.com/osscontainertools/kaniko'],
      }),
      upstream_ref: text(FORMS.upstream_ref).meta({
        description: 'Tag, branch or commit of upstream_repo.',
        examples: ['v1.25.3'],
      }),
      upstream_moving: flag.meta({
        description:
          'Whether upstream_ref is a tag that its upstream may move to another commit. Default: false, and then one that moved is not built.',
        examples: [true],
      }),
      dockerfile_from: z.enum(CHOICES.dockerfile_from).meta({
        description:
          'Where the Dockerfile lies: in this directory, or in upstream_repo (the default, if there is one).',
        examples: ['upstream'],
      }),
      dockerfile_path: text(FORMS.dockerfile_path).meta({
        description: 'The Dockerfile, relative to the root of its source (not to context_path). Default: Dockerfile.',
        examples: ['deploy/Dockerfile'],
      }),
      context_path: text(FORMS.context_path).meta({
        description: 'Directory of the source that COPY and ADD see. Default: the root of the source.',
        examples: ['.'],
      }),
      use_local_context: flag.meta({
        description: 'Says once more that the source is this directory. Not needed; an error beside upstream_repo.',
        examples: [true],
      }),
      target: target.meta({
        description: 'Stage of the Dockerfile to build. Default: the last.',
        examples: ['runtime'],
      }),
      build_args: buildArgs.meta({
        description:
          'Build arguments: a list of NAME=value, or a mapping. ${ECR_REGISTRY} is expanded in values, other variables only if `env` names them.',
        examples: [['GO_VERSION=1.26', 'CGO_ENABLED=0']],
      }),
      env: z.array(text(FORMS.env)).meta({
        description:
          'Environment variables that values of build_args may use as ${NAME}. No secrets: build args are public, in the history of the image and in pipelines.',
        examples: [['APP_VERSION']],
      }),
      labels: labels.meta({
        description: 'Labels of the image.',
        examples: [{ 'org.opencontainers.image.title': 'curl' }],
      }),
      platforms: platforms.meta({
        description: 'What the image is built for. Default: linux/amd64 and linux/arm64.',
        examples: [['linux/amd64', 'linux/arm64']],
      }),
      additional_tags: tags.meta({
        description:
          'Tags beside the version tag, each written as <image>-<tag>. {upstream_ref} is expanded. `latest` moves, others do only as {tag: …, moving: true}.',
        examples: [['v1.25.3', 'latest']],
      }),
      variants: z
        .record(text(FORMS.variant), variant)
        .check(notEmpty('`variants` is empty', 'Name a variant, as `debug: { target: debug }`, or leave it out.'))
        .meta({
          description:
            'Other images of this directory, by name; their tags begin with `<image>-<variant>-`. Each says what differs: target, additional_tags and platforms in place of those above, build_args and labels added to them by name.',
          examples: [{ debug: { target: 'debug', build_args: ['DEBUG=1'] } }],
        }),
      hold: z.union([text(FORMS.hold), z.array(text(FORMS.hold))]).meta({
        description:
          'Version tag at which the tags that move stay, whatever is published; of several images of this directory a list. `hephy rollback` writes it; without it they follow the newest again.',
        examples: ['web-20261120-1a2b3c4'],
      }),
      build_backend: z.enum(CHOICES.build_backend).meta({
        description: 'What builds the image. Default: kaniko.',
        examples: ['kaniko'],
      }),
      timeout: text(FORMS.timeout).meta({
        description: 'How long one build may take, and the target `verify`: 30m, 1h30m, 90s, or seconds.',
        examples: ['30m'],
      }),
      epoch: text(FORMS.epoch).meta({
        description: 'Change it to build everything anew.',
        examples: ['2'],
      }),
      max_age: text(FORMS.max_age).meta({
        description:
          'How old the image may grow: 7d, 2w, 36h. The first run of every such period of time builds it anew. Whole weeks begin on Mondays, UTC.',
        examples: ['7d'],
      }),
      reuse: flag.meta({
        description: 'Whether an image that is in the registry already is taken instead of built. Default: true.',
        examples: [true],
      }),
      reproducible: flag.meta({
        description:
          'Whether equal inputs give equal bytes: times in the image are set to a fixed one. Default: false.',
        examples: [true],
      }),
      cache: flag.meta({
        description: 'Whether layers are cached in the registry, in one repository per architecture. Default: false.',
        examples: [true],
      }),
      manual_build: flag.meta({
        description:
          'Whether pipelines build the images of this directory only by a job that somebody starts by hand. Nx builds them whenever it is asked. Default: false.',
        examples: [true],
      }),
    })
    .partial()
    .meta({
      title: 'build-config.yaml',
      description: 'How hephy builds the image of this directory.',
    });
}

let made: ReturnType<typeof makeSchema> | undefined;

/** Made on first use: the package takes 60 ms to load, and `readShape` answers for most configs. */
export function configSchema(): ReturnType<typeof makeSchema> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- synchronous, and only where it is needed
  return (made ??= makeSchema((require('zod') as typeof Zod).z));
}

export type RawConfig = Zod.z.infer<ReturnType<typeof makeSchema>>;
export type ConfigKey = keyof RawConfig;

/** In the order of the schema. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  'version',
  'description',
  'upstream_repo',
  'upstream_ref',
  'upstream_moving',
  'dockerfile_from',
  'dockerfile_path',
  'context_path',
  'use_local_context',
  'target',
  'build_args',
  'env',
  'labels',
  'platforms',
  'additional_tags',
  'variants',
  'hold',
  'build_backend',
  'timeout',
  'epoch',
  'max_age',
  'reuse',
  'reproducible',
  'cache',
  'manual_build',
];

export type VariantKey = keyof NonNullable<RawConfig['variants']>[string];

/** What may differ from variant to variant. */
export const VARIANT_KEYS: readonly VariantKey[] = ['target', 'build_args', 'labels', 'platforms', 'additional_tags'];

/** Known, and not yet supported. */
export const UNSUPPORTED_KEYS: ReadonlySet<string> = new Set(['secrets', 'targets', 'manual_images', 'ko_config']);
export const UNSUPPORTED_BUILDERS: ReadonlySet<string> = new Set(['ko', 'buildkit', 'spin']);
