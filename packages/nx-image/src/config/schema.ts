import { z } from 'zod';
import { KNOWN_PLATFORMS } from '../oci/platform';
import { checkFilePath, checkPath } from './check-path';
import { checkRef, checkRepository } from './check-upstream';
import type { Complaint } from './problem';
import { quoted } from './quoted';
import { readDuration } from './read-duration';

/** Every spelling that `parsePlatform` takes: those with the variant that says nothing, too. */
export const PLATFORM_SPELLINGS = [...KNOWN_PLATFORMS, 'linux/amd64/v1', 'linux/arm64/v8'];

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A scalar: the source's text, whatever YAML would make of it. Builders' arguments hold no NUL. */
function text(check?: (value: string) => Complaint | undefined) {
  return z.string().check((context) => {
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\p{Cs}]/u.test(context.value);
    const complaint = control
      ? { what: 'the text holds a control character', hint: 'Remove it: no builder and no registry takes it.' }
      : check?.(context.value);
    if (complaint === undefined) return;
    const { what, ...params } = complaint;
    context.issues.push({ code: 'custom', message: what, params, input: context.value });
  });
}

function pattern(form: RegExp, what: (shown: string) => string, hint: string) {
  return text((value) => (form.test(value) ? undefined : { what: what(quoted(value)), hint }));
}

const flag = z.enum(['true', 'false']);

const STAGE_HINT = "Write the name behind `AS` in the Dockerfile, or the stage's number.";
const LABEL_HINT = 'Name it as `org.opencontainers.image.title`.';

/**
 * The shape of a build-config.yaml, each value by itself; `check-together` has what concerns several. Keys that say nothing (`target: ""`) are
 * taken out before. The JSON Schema that editors use is made of this: descriptions are for users, the first example is what hints show.
 */
export const configSchema = z
  .strictObject({
    version: z.literal('1').meta({ description: 'Version of this format: 1.', examples: [1] }),
    description: text().meta({
      description: 'What the image is, in a sentence. Shown by Nx.',
      examples: ['curl on Alpine Linux'],
    }),
    upstream_repo: text(checkRepository).meta({
      description:
        'Git repository that holds the source: https, http, ssh, git or user@host:path. Without it the source is this directory.',
      examples: ['https://github.com/osscontainertools/kaniko'],
    }),
    upstream_ref: text(checkRef).meta({
      description: 'Tag, branch or commit of upstream_repo.',
      examples: ['v1.25.3'],
    }),
    dockerfile_from: z.enum(['local', 'upstream']).meta({
      description: 'Where the Dockerfile lies: in this directory, or in upstream_repo (the default, if there is one).',
      examples: ['upstream'],
    }),
    dockerfile_path: text(checkFilePath).meta({
      description: 'The Dockerfile, relative to the root of its source (not to context_path). Default: Dockerfile.',
      examples: ['deploy/Dockerfile'],
    }),
    context_path: text(checkPath).meta({
      description: 'Directory of the source that COPY and ADD see. Default: the root of the source.',
      examples: ['.'],
    }),
    use_local_context: flag.meta({
      description: 'Says once more that the source is this directory. Not needed; an error beside upstream_repo.',
      examples: [true],
    }),
    target: pattern(
      /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
      (shown) => `${shown} is no name of a stage`,
      STAGE_HINT,
    ).meta({
      description: 'Stage of the Dockerfile to build. Default: the last.',
      examples: ['runtime'],
    }),
    build_args: z.union([z.array(text()), z.record(z.string(), text().nullable())]).meta({
      description:
        'Build arguments: a list of NAME=value, or a mapping. ${ECR_REGISTRY} is expanded in values, other variables only if `env` names them.',
      examples: [['GO_VERSION=1.26', 'CGO_ENABLED=0']],
    }),
    env: z
      .array(
        pattern(
          ENVIRONMENT_NAME,
          (shown) => `${shown} is no name of an environment variable`,
          'Write names only, as `APP_VERSION`.',
        ),
      )
      .meta({
        description: 'Environment variables that values of build_args may use as ${NAME}.',
        examples: [['APP_VERSION']],
      }),
    labels: z
      .record(
        pattern(/^[^\s=\p{Cc}-][^\s=\p{Cc}]{0,255}$/u, (shown) => `${shown} is no name of a label`, LABEL_HINT),
        text(),
      )
      .meta({
        description: 'Labels of the image.',
        examples: [{ 'org.opencontainers.image.title': 'curl' }],
      }),
    platforms: z
      .array(z.enum(PLATFORM_SPELLINGS))
      .min(1)
      .meta({
        description: 'What the image is built for. Default: linux/amd64 and linux/arm64.',
        examples: [['linux/amd64', 'linux/arm64']],
      }),
    additional_tags: z.array(z.union([text(), z.strictObject({ tag: text(), moving: flag.optional() })])).meta({
      description:
        'Tags beside the version tag, each written as <image>-<tag>. {upstream_ref} is expanded. `latest` moves, others do only as {tag: …, moving: true}.',
      examples: [['v1.25.3', 'latest']],
    }),
    build_backend: z.enum(['kaniko', 'buildah']).meta({
      description: 'What builds the image. Default: kaniko.',
      examples: ['kaniko'],
    }),
    timeout: text((value) =>
      readDuration(value) === undefined
        ? {
            what: `${quoted(value)} is no time that a build may take`,
            hint: 'Write hours, minutes and seconds as `1h30m` or `90s`, a week at most.',
          }
        : undefined,
    ).meta({
      description: 'How long one build may take: 30m, 1h30m, 90s, or seconds.',
      examples: ['30m'],
    }),
    epoch: pattern(
      /^[A-Za-z0-9._-]{1,64}$/,
      (shown) => `${shown} is no epoch`,
      'Write a number or a date, as `2`.',
    ).meta({
      description: 'Change it to build everything anew.',
      examples: ['2'],
    }),
    reuse: flag.meta({
      description: 'Whether an image that is in the registry already is taken instead of built. Default: true.',
      examples: [true],
    }),
    reproducible: flag.meta({
      description: 'Whether equal inputs give equal bytes: times in the image are set to a fixed one. Default: false.',
      examples: [true],
    }),
    cache: flag.meta({
      description: 'Whether layers are cached in the registry, in one repository per architecture. Default: false.',
      examples: [true],
    }),
  })
  .partial()
  .meta({
    title: 'build-config.yaml',
    description: 'How hephy builds the image of this directory.',
  });

export type RawConfig = z.infer<typeof configSchema>;
export type ConfigKey = keyof RawConfig;

export const CONFIG_KEYS = Object.keys(configSchema.shape) as readonly ConfigKey[];

/** Known, and not yet supported. */
export const UNSUPPORTED_KEYS: ReadonlySet<string> = new Set([
  'secrets',
  'targets',
  'variants',
  'max_age',
  'manual_build',
  'manual_images',
  'ko_config',
]);
export const UNSUPPORTED_BUILDERS: ReadonlySet<string> = new Set(['ko', 'buildkit', 'spin']);
