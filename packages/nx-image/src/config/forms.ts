import { KNOWN_PLATFORMS } from '../oci/platform';
import { checkFilePath, checkPath } from './check-path';
import { checkRef, checkRepository } from './check-upstream';
import type { Complaint } from './problem';
import { quoted } from './quoted';
import { readAge } from './read-age';
import { readDuration } from './read-duration';
import { isVariantName } from './variant';
import { isVersion } from './version-form';

/** What is wrong with a text by itself. */
export type Form = (value: string) => Complaint | undefined;

/** Builders' arguments hold no NUL. */
function text(check?: Form): Form {
  return (value) => {
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\p{Cs}]/u.test(value)
      ? { what: 'the text holds a control character', hint: 'Remove it: no builder and no registry takes it.' }
      : check?.(value);
  };
}

function pattern(form: RegExp, what: (shown: string) => string, hint: string): Form {
  return text((value) => (form.test(value) ? undefined : { what: what(quoted(value)), hint }));
}

const STAGE_HINT = "Write the name behind `AS` in the Dockerfile, or the stage's number.";
const LABEL_HINT = 'Name it as `org.opencontainers.image.title`.';

/** Texts, by key; `anyText`, `env`, `label` and `variant` are those inside of lists and mappings. */
export const FORMS = {
  anyText: text(),
  description: text(),
  upstream_repo: text(checkRepository),
  upstream_ref: text(checkRef),
  dockerfile_path: text(checkFilePath),
  context_path: text(checkPath),
  target: pattern(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, (shown) => `${shown} is no name of a stage`, STAGE_HINT),
  env: pattern(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    (shown) => `${shown} is no name of an environment variable`,
    'Write names only, as `APP_VERSION`.',
  ),
  label: pattern(/^[^\s=\p{Cc}-][^\s=\p{Cc}]{0,255}$/u, (shown) => `${shown} is no name of a label`, LABEL_HINT),
  timeout: text((value) =>
    readDuration(value) === undefined
      ? {
          what: `${quoted(value)} is no time that a build may take`,
          hint: 'Write hours, minutes and seconds as `1h30m` or `90s`, a week at most.',
        }
      : undefined,
  ),
  max_age: text((value) =>
    readAge(value) === undefined
      ? {
          what: `${quoted(value)} is no age that an image may have`,
          hint: 'Write hours, days or weeks as `36h`, `7d` or `2w`, a year at most.',
        }
      : undefined,
  ),
  hold: text((value) =>
    isVersion(value)
      ? undefined
      : {
          what: `${quoted(value)} is no version tag`,
          hint: 'Write it whole, as `web-20261120-1a2b3c4`: `npx hephy rollback` does.',
        },
  ),
  variant: text((value) =>
    isVariantName(value)
      ? undefined
      : {
          what: `${quoted(value)} is no name of a variant`,
          hint: 'Use lower-case letters, digits and single `_`, `.` and `-` between them: tags are `<image>-<variant>-…`.',
        },
  ),
  epoch: pattern(/^[A-Za-z0-9._-]{1,64}$/, (shown) => `${shown} is no epoch`, 'Write a number or a date, as `2`.'),
} as const;

const FLAG = ['true', 'false'] as const;

/** Keys that are one of a few words. */
export const CHOICES = {
  version: ['1'],
  upstream_moving: FLAG,
  dockerfile_from: ['local', 'upstream'],
  use_local_context: FLAG,
  build_backend: ['kaniko', 'buildah'],
  reuse: FLAG,
  reproducible: FLAG,
  cache: FLAG,
  manual_build: FLAG,
  moving: FLAG,
} as const;

/** Every spelling that `parsePlatform` takes: those with the variant that says nothing, too. */
export const PLATFORM_SPELLINGS = [...KNOWN_PLATFORMS, 'linux/amd64/v1', 'linux/arm64/v8'];
