import { HephyError } from '../../errors/hephy-error';
import { redact } from '../../errors/redact';
import { hexOf, type Digest } from '../../oci/digest';
import { CHANGED_ON_THE_WAY, DamagedContent } from '../damaged-content';
import { fieldsOf, parseJsonObject } from '../json-object';
import type { Endpoint } from './endpoint';
import type { Answer } from './exchange';
import { describeNetworkError, hintForNetworkError } from './network-error';

/** What was asked, for the messages of errors. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly endpoint: Endpoint;
  /** Where the credentials came from; undefined: there were none. */
  readonly source: string | undefined;
}

const MIRRORED = 'Docker Hub is read from this mirror only: mend it, or take the mirror option away.';

const MAYBE_ARRIVED = 'It may have arrived all the same: the next run looks before it writes.';

/** Without user info and query: signed URLs are secrets. */
export function describeRequest(method: string, url: URL): string {
  return `${method} ${url.origin}${url.pathname}`;
}

/** An answer that is neither success nor "not there". */
export function failureOf({ method, url, endpoint, source }: Asked, answer: Answer): HephyError {
  const words = parseSpecErrors(answer.body);
  const what = `${describeRequest(method, url)}: HTTP ${answer.status}${words === '' ? '' : ` ${words}`}`;
  const denied = answer.status === 401 || answer.status === 403;
  const hints = [
    denied ? hintForDenied(endpoint, source) : hintForStatus(method, answer, endpoint, words),
    endpoint.isMirror ? MIRRORED : undefined,
  ].filter((hint) => hint !== undefined);
  const details = hints.length === 0 ? {} : { hint: hints.join('\n') };
  return new HephyError(denied ? 'REGISTRY_DENIED' : 'REGISTRY_ERROR', what, details);
}

/** No answer at all. */
export function unreachable({ method, url, endpoint }: Asked, error: unknown): HephyError {
  const hints = [
    hintForNetworkError(error, url.host),
    endpoint.isMirror ? MIRRORED : undefined,
    method === 'PUT' ? MAYBE_ARRIVED : undefined,
  ].filter((hint) => hint !== undefined);
  return new HephyError(
    'REGISTRY_UNREACHABLE',
    `${describeRequest(method, url)}: ${redact(describeNetworkError(error))}`,
    { cause: error, ...(hints.length === 0 ? {} : { hint: hints.join('\n') }) },
  );
}

/** `CODE: message` of the errors in the distribution spec's JSON, made printable and short. */
export function parseSpecErrors(body: Uint8Array): string {
  const { errors } = parseJsonObject(body);
  if (!Array.isArray(errors)) return '';
  const words = (errors as unknown[]).slice(0, 3).map((error) => {
    const { code, message } = fieldsOf(error);
    return [code, message].filter((part) => typeof part === 'string' && part !== '').join(': ');
  });
  const printable = words.join('; ').replace(/[\p{C}\u2028\u2029]+/gu, ' ');
  return redact(printable.length > 300 ? `${printable.slice(0, 300)}…` : printable);
}

function hintForDenied(endpoint: Endpoint, source: string | undefined): string {
  const { registry, path } = endpoint;
  if (source !== undefined) {
    return `The credentials came from ${source}: check that they are valid and may use ${path}; or log in again with ${loginTo(registry)}.`;
  }
  return `There are no credentials for ${registry}: log in with ${loginTo(registry)}. A private repository looks like one that does not exist.`;
}

/** Retry-After, in the words it came in where they are short. */
function describeWait(answer: Answer): string {
  const header = answer.headers['retry-after']?.trim() ?? '';
  if (/^\d{1,7}$/.test(header)) return `, and asks to be left alone for ${header} s`;
  return /^[\w ,:]{1,40}$/.test(header) && !/^\d+$/.test(header) ? `, and asks to be left alone until ${header}` : '';
}

function loginTo(registry: string): string {
  const ecr = /^\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com/.exec(registry);
  if (ecr === null) return `"docker login ${registry}", or in CI by the variable DOCKER_AUTH_CONFIG`;
  return `"credHelpers": {"${registry}": "ecr-login"} in ~/.docker/config.json, or "aws ecr get-login-password --region ${ecr[1] ?? ''} | docker login --username AWS --password-stdin ${registry}"`;
}

function hintForStatus(method: string, answer: Answer, endpoint: Endpoint, words: string): string | undefined {
  const { registry, path } = endpoint;
  if (answer.status === 429) {
    return `${registry} limits how often it is asked${describeWait(answer)}: log in, use a mirror, or wait.`;
  }
  if (answer.status >= 500)
    return `${registry} is in trouble${describeWait(answer)}: try again later, or ask who runs it.`;
  if (words.includes('NAME_UNKNOWN')) return `The repository ${path} does not exist in ${registry}: create it.`;
  if (answer.status >= 300 && answer.status < 400) {
    return method === 'GET' || method === 'HEAD'
      ? `${registry} redirects on and on: look at what stands before it.`
      : `Use the address that ${registry} redirects to.`;
  }
  if (answer.status === 400 && words === '' && endpoint.origin.startsWith('http:')) {
    return `${registry} may want TLS: it is spoken to over plain HTTP.`;
  }
  return undefined;
}

/** Bytes that are not what their digest says. Fetching them again would bring the same. */
export function damaged(repository: string, digest: Digest, actual: Digest): DamagedContent {
  const what = `${repository} sent ${hexOf(actual).slice(0, 12)}… for the blob ${digest}`;
  return new DamagedContent(what, CHANGED_ON_THE_WAY);
}
