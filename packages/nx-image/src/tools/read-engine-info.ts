import type { Engine } from './engine';

/** What an engine says of itself, as far as it matters; a string: why it is of no use. */
export type EngineInfo = Omit<Engine, 'tool'> | string;

export const NO_ANSWER = 'its engine does not answer';

interface DockerInfo {
  readonly ServerVersion?: string;
  readonly OSType?: string;
  readonly OperatingSystem?: string;
  readonly SecurityOptions?: readonly string[];
  readonly host?: unknown;
}

/** Who runs Linux in a virtual machine beside a system that is something else, or as if it were. */
const IN_VIRTUAL_MACHINE = /^(?:Docker Desktop|OrbStack|Rancher Desktop.*)$/;

/**
 * @param info the JSON of `docker info`
 * @param endpoint the address of its daemon, as `docker context inspect` has it
 * @param linux whether this machine is one
 */
export function readDockerInfo(info: string, endpoint: string, linux: boolean): EngineInfo {
  const parsed = parse(info) as DockerInfo;
  if (parsed.host !== undefined) return 'is podman under another name';
  if (parsed.ServerVersion === undefined || parsed.ServerVersion === '') return NO_ANSWER;
  if (!/^(?:unix|npipe|fd):/.test(endpoint)) {
    return `its engine is behind ${endpoint}, perhaps on another machine, where our files are not`;
  }
  if (parsed.OSType !== 'linux') return `its engine runs ${parsed.OSType ?? 'unknown'} containers`;
  const security = parsed.SecurityOptions ?? [];
  const shared = linux && !IN_VIRTUAL_MACHINE.test(parsed.OperatingSystem ?? '');
  return {
    name: 'docker',
    version: parsed.ServerVersion,
    loopback: shared ? { kind: 'host' } : { kind: 'named', host: 'host.docker.internal' },
    rootless: security.some((option) => option.startsWith('name=rootless')),
    remapsUsers: security.some((option) => option.startsWith('name=userns')),
  };
}

interface PodmanInfo {
  readonly host?: {
    readonly serviceIsRemote?: boolean;
    readonly security?: { readonly rootless?: boolean };
    readonly remoteSocket?: { readonly path?: string };
  };
  readonly version?: { readonly Version?: string };
}

/**
 * @param info the JSON of `podman info`
 * @param linux whether this machine is one: elsewhere podman's engine is in its own virtual machine, which sees our home directory
 */
export function readPodmanInfo(info: string, linux: boolean): EngineInfo {
  const { host, version } = parse(info) as PodmanInfo;
  if (host === undefined || version?.Version === undefined) return NO_ANSWER;
  if (linux && host.serviceIsRemote === true) {
    return 'its engine is a service, perhaps on another machine, where our files are not';
  }
  return {
    name: 'podman',
    version: version.Version,
    loopback: linux ? { kind: 'host' } : { kind: 'named', host: 'host.containers.internal' },
    rootless: host.security?.rootless === true,
    remapsUsers: false,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
