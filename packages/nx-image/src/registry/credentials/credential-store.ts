import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import type { RunProcess } from '../../process/process';
import type { Credential, CredentialStore } from '../registry';
import { askHelper } from './credential-helper';
import { authFor, helperFor, parseDockerConfig, type DockerConfig } from './docker-config';

export interface CredentialSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly runProcess: RunProcess;
}

/**
 * Docker's logins: DOCKER_AUTH_CONFIG, then config.json of DOCKER_CONFIG or ~/.docker. Within each, a helper named for the registry
 * (exact credHelpers, then credsStore) answers alone, else auths. Read at the first question, asked once a registry.
 */
export function createCredentialStore({ env, homeDirectory, runProcess }: CredentialSurroundings): CredentialStore {
  const handedOut = new Set<string>();
  const answers = new Map<string, Promise<Credential | undefined>>();
  let reading: Promise<readonly DockerConfig[]> | undefined;
  const configs = () => (reading ??= readConfigs(env, homeDirectory));
  const childEnv = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );

  const find = async (registry: string): Promise<Credential | undefined> => {
    for (const config of await configs()) {
      const helper = helperFor(config, registry);
      const credential =
        helper === undefined
          ? authFor(config, registry)
          : await askHelper(helper, registry, { env: childEnv, runProcess });
      if (credential === undefined) continue;
      const { username, password } = credential;
      handedOut.add(password).add(Buffer.from(`${username}:${password}`).toString('base64'));
      return credential;
    }
    return undefined;
  };

  return {
    credentialOf(registry) {
      let answer = answers.get(registry);
      if (answer === undefined) {
        answer = find(registry);
        answers.set(registry, answer);
      }
      return answer;
    },
    async helperOf(registry) {
      for (const config of await configs()) {
        const helper = helperFor(config, registry);
        if (helper !== undefined) return helper;
        if (authFor(config, registry) !== undefined) return undefined;
      }
      return undefined;
    },
    secrets: () => [...handedOut],
  };
}

async function readConfigs(
  env: Readonly<Record<string, string | undefined>>,
  homeDirectory: string,
): Promise<readonly DockerConfig[]> {
  const { DOCKER_AUTH_CONFIG: variable, DOCKER_CONFIG: directory } = env;
  const file = join(isGiven(directory) ? directory : join(homeDirectory, '.docker'), 'config.json');
  const text = await readIfThere(file);
  return [
    ...(isGiven(variable) ? [parseDockerConfig(variable, 'DOCKER_AUTH_CONFIG')] : []),
    ...(text === undefined ? [] : [parseDockerConfig(text, file)]),
  ];
}

/** CI systems set what is not configured to nothing. */
function isGiven(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new HephyError('CREDENTIALS_FAILED', `${file} cannot be read: ${code ?? 'unknown error'}`, {
      cause: error,
      hint: 'Make it readable, or point DOCKER_CONFIG at a directory whose config.json is.',
    });
  }
}
