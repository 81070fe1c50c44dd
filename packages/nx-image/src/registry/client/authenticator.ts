import { HephyError } from '../../errors/hephy-error';
import { isLoopback } from '../../oci/reference';
import type { Credential, CredentialStore } from '../registry';
import { basicHeader } from './basic-header';
import { parseChallenge, type Challenge } from './challenge';
import type { Access, Endpoint } from './endpoint';
import type { Answer, HttpRequest } from './exchange';
import { requestToken } from './token';

export interface Authenticator {
  /** The Authorization header for a request as far as it is known before asking. */
  current(endpoint: Endpoint, access: Access): Promise<string | undefined>;
  /** The header that answers a 401; undefined where there is none better than the one that was refused. */
  renew(endpoint: Endpoint, access: Access, refused: string | undefined, answer: Answer): Promise<string | undefined>;
  /** Where the credentials came from, for hints; undefined: there were none. */
  sourceOf(endpoint: Endpoint): string | undefined;
}

/** https://distribution.github.io/distribution/spec/auth/scope/ */
const ACTIONS: Readonly<Record<Access, string>> = { pull: 'pull', push: 'pull,push', delete: 'pull,push,delete' };

interface Token {
  readonly header: Promise<string>;
  /** The header once it is there; until then requests share the one in flight. */
  settled?: { readonly header: string; readonly expires: number };
}

interface Known {
  challenge?: Challenge;
  credential?: Credential | undefined;
  basic?: string;
  /** By scope. */
  readonly tokens: Map<string, Token>;
}

/** Answers challenges, one token a scope for all requests. Credentials are looked up only when a registry asks for them. */
export function createAuthenticator(
  credentials: CredentialStore,
  send: (request: HttpRequest) => Promise<Answer>,
): Authenticator {
  const byOrigin = new Map<string, Known>();
  const knownOf = (endpoint: Endpoint): Known => {
    let known = byOrigin.get(endpoint.origin);
    if (known === undefined) byOrigin.set(endpoint.origin, (known = { tokens: new Map() }));
    return known;
  };

  const tokenFor = (known: Known, endpoint: Endpoint, access: Access, refused: string | undefined): Promise<string> => {
    const { challenge } = known;
    if (challenge?.scheme !== 'bearer') throw new Error('no bearer challenge');
    const scope = `repository:${endpoint.path}:${ACTIONS[access]}`;
    const held = known.tokens.get(scope);
    if (held !== undefined) {
      const { settled } = held;
      if (settled === undefined || (settled.header !== refused && settled.expires > Date.now())) return held.header;
    }
    const fetched = (async () => {
      known.credential = await credentials.credentialOf(endpoint.registry);
      return requestToken(
        { realm: realmOf(challenge.realm, endpoint), service: challenge.service, scope },
        known.credential,
        send,
      );
    })();
    const token: Token = { header: fetched.then(({ header }) => header) };
    known.tokens.set(scope, token);
    fetched.then(
      (settled) => (token.settled = settled),
      () => known.tokens.delete(scope),
    );
    return token.header;
  };

  return {
    async current(endpoint, access) {
      const known = knownOf(endpoint);
      return known.challenge?.scheme === 'bearer' ? tokenFor(known, endpoint, access, undefined) : known.basic;
    },

    async renew(endpoint, access, refused, answer) {
      const challenge = parseChallenge(answer.headers['www-authenticate']);
      if (challenge === undefined) return undefined;
      const known = knownOf(endpoint);
      known.challenge = challenge;
      if (challenge.scheme === 'bearer') {
        const header = await tokenFor(known, endpoint, access, refused);
        return header === refused ? undefined : header;
      }
      known.credential = await credentials.credentialOf(endpoint.registry);
      if (known.credential === undefined) return undefined;
      known.basic = basicHeader(known.credential);
      return known.basic === refused ? undefined : known.basic;
    },

    sourceOf(endpoint) {
      const { credential } = knownOf(endpoint);
      return credential === undefined ? undefined : (credential.source ?? 'the credential store');
    },
  };
}

/** Credentials for an encrypted registry are not sent to a realm in the clear. */
function realmOf(realm: string, endpoint: Endpoint): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const secure = url?.protocol === 'https:';
  const plain = url?.protocol === 'http:' && (!endpoint.origin.startsWith('https:') || isLoopback(url.host));
  if (url === undefined || (!secure && !plain)) {
    throw new HephyError('REGISTRY_ERROR', `${endpoint.registry} names no address that tokens may be asked of`);
  }
  return url;
}
