import type { ErrorCode } from '../errors/codes';
import type { BuildOutcome } from './builder';
import { readRegistryTrouble } from './registry-trouble';

const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  BUILD_DISK_FULL:
    'Free some space where the work directory and the cache lie, or let fewer builds run at once (--parallel).',
  BUILD_EXEC_FORMAT:
    'Install emulation for the platform (Debian: qemu-user-static and binfmt-support; docker: tonistiigi/binfmt), or build it on a machine of that architecture.',
  REGISTRY_DENIED:
    'Log in to the registry (docker login, or the credential helper that docker’s config.json names), with the right to pull the bases and to push.',
  REGISTRY_UNREACHABLE:
    'Look at the registry’s address, the proxy variables and the certificate authorities (SSL_CERT_FILE).',
  REGISTRY_ERROR: 'It was asked again for a while. Try again later, or ask who runs the registry.',
  BASE_NOT_FOUND: 'Look at the image’s name and tag, and whether it was deleted meanwhile.',
};

/** As registries say it of a tag that there is, which may not be written again. */
const TAKEN = /immutable|already ?exists|cannot be overwritten|TAG_INVALID/i;

/**
 * Why a push failed.
 * @param text all that the builder said of it
 * @param what of that, in a line
 */
export function failedPush(text: string, what: string): BuildOutcome {
  if (/no space left on device/i.test(text))
    return failure('BUILD_DISK_FULL', `no space was left for the push: ${what}`);
  const trouble = readRegistryTrouble(text);
  if (trouble === 'REGISTRY_DENIED') return failure(trouble, `the registry denied the push: ${what}`);
  if (trouble === 'REGISTRY_UNREACHABLE') return failure(trouble, `the registry to push to did not answer: ${what}`);
  if (trouble === 'REGISTRY_ERROR') return failure(trouble, `the registry to push to is in trouble: ${what}`);
  const hint = TAKEN.test(what)
    ? 'Exempt `push-*`, the tags of builders, from immutability in the repository’s settings (ECR: IMMUTABLE_WITH_EXCLUSION): a job that is retried writes the same one. Or run a new pipeline.'
    : undefined;
  return failure('BUILD_PUSH_REFUSED', `the registry refused the push: ${what}`, hint);
}

/** A failed build, with the hint that goes with its code unless there is a better one. */
export function failure(code: ErrorCode, message: string, hint: string | undefined = HINTS[code]): BuildOutcome {
  return { kind: 'failed', code, message, ...(hint === undefined ? {} : { hint }) };
}
