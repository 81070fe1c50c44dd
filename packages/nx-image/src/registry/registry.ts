import type { Digest } from '../oci/digest';
import type { Reference, Repository } from '../oci/reference';
import type { Clock, Patience } from './client/patience';

/** A manifest or an index, byte for byte. */
export interface RawManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * The registry behind its one door. Every method: 404 is `undefined` or false; anything else that is not success throws a HephyError
 * (REGISTRY_UNREACHABLE, REGISTRY_DENIED, REGISTRY_ERROR) whose message has method, redacted URL, status and the spec's code.
 * Idempotent requests are retried (408, 429 with Retry-After, 5xx, connection lost), three times at most and within a deadline, each noted before the wait.
 * A PUT whose answer was lost is looked up before it is put again or called failed.
 * A digest is computed from the bytes and compared with the registry's header; references by digest are verified.
 */
export interface RegistryClient {
  /** Digest of what the tag or digest names, by HEAD. */
  headManifest(reference: Reference): Promise<Digest | undefined>;
  getManifest(reference: Reference): Promise<RawManifest | undefined>;
  hasBlob(repository: Repository, digest: Digest): Promise<boolean>;
  headBlob(repository: Repository, digest: Digest): Promise<BlobHead | undefined>;
  /** A small blob (a config) whole and verified; at most 8 MiB. */
  getBlob(repository: Repository, digest: Digest): Promise<Uint8Array | undefined>;
  /** A blob as it comes, verified at its end: the last chunk is followed by an error where the digest differs. */
  streamBlob(repository: Repository, digest: Digest): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** PUT of the bytes under the reference's tag, or its digest. Answers the digest that the registry confirms. */
  putManifest(reference: Reference, mediaType: string, bytes: Uint8Array): Promise<Digest>;
  /** With every tag that names it. False: the registry deletes nothing, or not for us. */
  deleteManifest(repository: Repository, digest: Digest): Promise<boolean>;
  /** A small blob (a config), unless it is there. */
  putBlob(repository: Repository, bytes: Uint8Array): Promise<Digest>;
  /**
   * Whether this login may push, really tried: an upload is begun and cancelled, and nothing is left. `not known`: the registry begins none in this way.
   * Throws REGISTRY_DENIED where it may not, and REGISTRY_ERROR where the repository is not there.
   */
  tryPush(repository: Repository): Promise<'allowed' | 'not known'>;
  /** How the repository's registry is spoken to when it is written to: for programs that have to be told. */
  transportOf(repository: Repository): Promise<RegistryTransport>;
  /** All tags of a repository, every page; undefined where the repository does not exist. */
  listTags(repository: Repository): Promise<readonly string[] | undefined>;
}

export interface BlobHead {
  /** Bytes; undefined: the registry does not say. */
  readonly size: number | undefined;
}

/** `unverified`: TLS, whatever the certificate. */
export type RegistryTransport = 'https' | 'unverified' | 'http';

export interface RegistryClientOptions {
  /** `host[:port][/prefix]` asked instead of docker.io. */
  readonly mirror?: string;
  /** Registries spoken to over TLS with any certificate, or else over plain HTTP. Loopback ones that are not here: over plain HTTP. */
  readonly insecure?: readonly string[];
  /** What this run publishes to: read where it is written, never from the mirror. */
  readonly home?: Repository;
  /** Proxies (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) and certificate authorities (SSL_CERT_FILE, SSL_CERT_DIR, NODE_EXTRA_CA_CERTS). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Other than those of each class of requests. */
  readonly timeouts?: Partial<Patience>;
  /** What waits between two tries go by. */
  readonly clock?: Clock;
  readonly credentials: CredentialStore;
  /** One line a retry or a fallback, for the log. */
  readonly onNote?: (note: string) => void;
}

export interface Credential {
  /** `<token>`: the password is an identity token (OAuth2), docker's own convention. */
  readonly username: string;
  readonly password: string;
  /** Where it was found, for hints: `auths of /root/.docker/config.json`. */
  readonly source?: string;
}

/** Whatever docker would use, in docker's order: DOCKER_AUTH_CONFIG, exact credHelpers, credsStore, auths. */
export interface CredentialStore {
  /** undefined: anonymous. Throws CREDENTIALS_FAILED where a helper that should know fails. */
  credentialOf(registry: string): Promise<Credential | undefined>;
  /** Which registries `ecr-login` answers for: a builder with the helper compiled in does that by itself. */
  helperOf(registry: string): Promise<string | undefined>;
  /** Every secret handed out so far, for redaction. */
  secrets(): readonly string[];
}
