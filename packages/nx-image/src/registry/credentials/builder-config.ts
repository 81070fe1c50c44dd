import { IDENTITY_TOKEN_USER } from '../client/token';
import type { CredentialStore } from '../registry';
import { serverAddressOf } from './server-address';

/** Helpers that Kaniko has compiled in and that do better without us: they renew what expires during a build. */
const COMPILED_IN: readonly string[] = ['ecr-login'];

/** What ecr-login can answer for; as credsStore it is named for every registry. */
const ECR = /^(?:\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.[a-z0-9.-]+|public\.ecr\.aws)$/;

/**
 * The text of a config.json for a builder that knows the logins of these registries and of no others. It holds secrets: write it 0600.
 * A builder that has no helper compiled in is given `[]`: every login is resolved then.
 */
export async function builderDockerConfig(
  store: CredentialStore,
  registries: readonly string[],
  compiledIn: readonly string[] = COMPILED_IN,
): Promise<string> {
  const auths: Record<string, Readonly<Record<string, string>>> = {};
  const credHelpers: Record<string, string> = {};
  for (const registry of [...new Set(registries)].sort()) {
    const helper = await store.helperOf(registry);
    if (helper !== undefined && compiledIn.includes(helper) && (helper !== 'ecr-login' || ECR.test(registry))) {
      credHelpers[serverAddressOf(registry)] = helper;
      continue;
    }
    const credential = await store.credentialOf(registry);
    if (credential === undefined) continue;
    const { username, password } = credential;
    auths[serverAddressOf(registry)] =
      username === IDENTITY_TOKEN_USER
        ? { identitytoken: password }
        : { auth: Buffer.from(`${username}:${password}`).toString('base64') };
  }
  return JSON.stringify({ auths, ...(Object.keys(credHelpers).length === 0 ? {} : { credHelpers }) });
}
