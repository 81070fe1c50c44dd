import { HephyError } from '../../errors/hephy-error';
import { parseJsonObject } from '../json-object';
import type { Credential } from '../registry';
import { basicHeader } from './basic-header';
import type { Answer, HttpRequest } from './exchange';
import { describeRequest, parseSpecErrors } from './failure';

/** The user name that stands for "the password is an identity token", docker's own convention. */
export const IDENTITY_TOKEN_USER = '<token>';

const LIMIT = 1024 * 1024;
/** https://distribution.github.io/distribution/spec/auth/token/: what holds where expires_in is missing. */
const LEAST_SECONDS = 60;
/** A token is not used to its last moment. */
const MARGIN = 5_000;

export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scope: string;
}

/** Asks the realm for a token: anonymously, with a login, or (OAuth2) with an identity token. */
export async function requestToken(
  { realm, service, scope }: TokenRequest,
  credential: Credential | undefined,
  send: (request: HttpRequest) => Promise<Answer>,
): Promise<{ readonly header: string; readonly expires: number }> {
  const parameters = new URLSearchParams({ ...(service === undefined ? {} : { service }), scope });
  const request =
    credential?.username === IDENTITY_TOKEN_USER
      ? refreshRequest(realm, parameters, credential.password)
      : loginRequest(realm, parameters, credential);
  const asked = Date.now();
  const answer = await send(request);
  if (answer.status !== 200) {
    const denied = answer.status === 400 || answer.status === 401 || answer.status === 403;
    const words = parseSpecErrors(answer.body);
    throw new HephyError(
      denied ? 'REGISTRY_DENIED' : 'REGISTRY_ERROR',
      `${describeRequest(request.method, realm)}: HTTP ${answer.status}${words === '' ? '' : ` ${words}`}`,
      denied
        ? {
            hint:
              credential === undefined
                ? `The registry gives nobody without a login a token for ${scope}.`
                : `The login from ${credential.source ?? 'the credential store'} is refused: renew it with docker login.`,
          }
        : {},
    );
  }
  const { token, seconds } = readToken(answer, realm);
  return { header: `Bearer ${token}`, expires: asked + Math.max(seconds, LEAST_SECONDS) * 1000 - MARGIN };
}

function loginRequest(realm: URL, parameters: URLSearchParams, credential: Credential | undefined): HttpRequest {
  const url = new URL(realm);
  for (const [name, value] of parameters) url.searchParams.set(name, value);
  const headers = credential === undefined ? {} : { authorization: basicHeader(credential) };
  return { method: 'GET', url, headers, limit: LIMIT };
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function refreshRequest(realm: URL, parameters: URLSearchParams, identityToken: string): HttpRequest {
  parameters.set('grant_type', 'refresh_token');
  parameters.set('client_id', 'hephy');
  parameters.set('refresh_token', identityToken);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', url: realm, headers, body: Buffer.from(parameters.toString()), limit: LIMIT };
}

function readToken(answer: Answer, realm: URL): { token: string; seconds: number } {
  const { token, access_token: accessToken, expires_in: seconds } = parseJsonObject(answer.body);
  const held = token ?? accessToken;
  if (typeof held !== 'string' || !/^[\x21-\x7e]+$/.test(held)) {
    throw new HephyError('REGISTRY_ERROR', `${describeRequest('GET', realm)}: the answer holds no token`);
  }
  return { token: held, seconds: typeof seconds === 'number' ? seconds : 0 };
}
