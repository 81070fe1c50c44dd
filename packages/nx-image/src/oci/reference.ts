import { isDigest, type Digest } from './digest';

/**
 * A reference in full: `registry/path:tag@digest`. Grammar: https://github.com/distribution/reference.
 * Docker's short names are expanded: `alpine` is `docker.io/library/alpine`; no tag and no digest means `latest`.
 */
export interface Reference {
  /** `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** The path within the registry: `library/alpine`. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** A repository: a reference without tag and digest. */
export type Repository = Pick<Reference, 'registry' | 'path'>;

export const DOCKER_HUB = 'docker.io';

const PATH_COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${PATH_COMPONENT}(?:/${PATH_COMPONENT})*$`);
const DOMAIN =
  /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::\d{1,5})?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** The longest tag that registries take. */
export const MAX_TAG_LENGTH = 128;

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** `registry/path` with Docker's short names expanded; undefined for what is no repository (a tag or digest included). */
export function parseRepository(text: string): Repository | undefined {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const hasRegistry =
    first.includes('.') || first.includes(':') || first === 'localhost' || first !== first.toLowerCase();
  const domain = hasRegistry ? first : DOCKER_HUB;
  const registry = domain === 'index.docker.io' || domain === 'registry-1.docker.io' ? DOCKER_HUB : domain;
  let path = hasRegistry ? text.slice(slash + 1) : text;
  if (registry === DOCKER_HUB && !path.includes('/')) path = `library/${path}`;
  return DOMAIN.test(registry) && PATH.test(path) && registry.length + path.length < 255
    ? { registry, path }
    : undefined;
}

/** undefined for what is no reference. */
export function parseReference(text: string): Reference | undefined {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) return undefined;
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !isTag(tag)) return undefined;
  const repository = parseRepository(colon < 0 ? named : named.slice(0, colon));
  if (repository === undefined) return undefined;
  if (digest !== undefined) return { ...repository, ...(tag === undefined ? {} : { tag }), digest };
  return { ...repository, tag: tag ?? 'latest' };
}

export function formatRepository(repository: Repository): string {
  return `${repository.registry}/${repository.path}`;
}

export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${formatRepository(reference)}${tag}${digest}`;
}

/** Whether the registry is on this machine's loopback, where plain HTTP is what everybody speaks. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '').toLowerCase();
  return host === 'localhost' || host.endsWith('.localhost') || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '[::1]';
}
