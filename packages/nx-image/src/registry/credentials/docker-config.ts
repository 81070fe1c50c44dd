import { HephyError } from '../../errors/hephy-error';
import type { Credential } from '../registry';
import { IDENTITY_TOKEN_USER } from '../client/token';
import { hostOfKey, keysOf } from './server-address';

/** What we read of a docker config.json: who answers for which registry. */
export interface DockerConfig {
  /** Where it was read, for messages. */
  readonly source: string;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
  readonly auths: ReadonlyMap<string, AuthEntry>;
}

export interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** Throws CREDENTIALS_FAILED for what docker could not read either. */
export function parseDockerConfig(text: string, source: string): DockerConfig {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's own message quotes the text around the error, which may be a secret.
    throw invalid(source, 'is not JSON');
  }
  const config = recordOf(parsed, source, 'it');
  const helpers = Object.entries(recordOf(config.credHelpers ?? {}, source, 'credHelpers'));
  const auths = Object.entries(recordOf(config.auths ?? {}, source, 'auths'));
  const credsStore = config.credsStore;
  return {
    source,
    credHelpers: new Map(helpers.flatMap(([key, name]) => (typeof name === 'string' ? [[key, name] as const] : []))),
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : undefined,
    auths: new Map(
      auths.map(([key, entry]) => [key, readEntry(recordOf(entry, source, 'an entry of auths'))] as const),
    ),
  };
}

/** The helper that this configuration asks for the registry; it alone answers then, as with docker. */
export function helperFor(config: DockerConfig, registry: string): string | undefined {
  for (const key of keysOf(registry)) {
    const name = config.credHelpers.get(key);
    if (name !== undefined && name !== '') return name;
  }
  return config.credsStore;
}

/** What `auths` holds for the registry: the exact key first, then any key of that host. */
export function authFor(config: DockerConfig, registry: string): Credential | undefined {
  const keys = keysOf(registry);
  const exact = keys.map((key) => config.auths.get(key));
  const sameHost = [...config.auths].filter(([key]) => keys.includes(hostOfKey(key))).map(([, entry]) => entry);
  const source = `auths of ${config.source}`;
  for (const entry of [...exact, ...sameHost]) {
    const credential = entry === undefined ? undefined : credentialOf(entry, registry, source);
    if (credential !== undefined) return { ...credential, source };
  }
  return undefined;
}

function credentialOf(entry: AuthEntry, registry: string, source: string): Credential | undefined {
  const { auth, username, password, identitytoken, registrytoken } = entry;
  if (identitytoken) return { username: IDENTITY_TOKEN_USER, password: identitytoken };
  if (auth) {
    const decoded = Buffer.from(auth, 'base64').toString();
    const colon = decoded.indexOf(':');
    if (colon > 0) return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, '') };
    throw new HephyError(
      'CREDENTIALS_FAILED',
      `the auth of ${registry} in the ${source} is not base64 of user:password`,
      {
        hint: `Log in again: docker login ${registry}`,
      },
    );
  }
  if (username && password !== undefined) return { username, password };
  if (registrytoken) {
    throw new HephyError(
      'CREDENTIALS_FAILED',
      `the ${source} has a registrytoken for ${registry}, which is not used here`,
      {
        hint: 'Put auth, username and password, or identitytoken there.',
      },
    );
  }
  return undefined;
}

function readEntry(entry: Readonly<Record<string, unknown>>): AuthEntry {
  const names = ['auth', 'username', 'password', 'identitytoken', 'registrytoken'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (typeof entry[name] === 'string' ? [[name, entry[name]] as const] : [])),
  );
}

function recordOf(value: unknown, source: string, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(source, `is no docker configuration: ${what} should be an object`);
}

function invalid(source: string, what: string): HephyError {
  return new HephyError('CREDENTIALS_FAILED', `${source} ${what}`, {
    hint: 'It should be as docker login writes it: {"auths": {"registry": {"auth": "…"}}}.',
  });
}
