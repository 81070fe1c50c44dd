import { CAPABILITIES, OWN_DIRECTORY, type Mount } from './runtime';

/** A container that Kaniko, or another builder, has to itself. */
export interface ContainerRun {
  /** `hephy-<12 hex>`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  /** Whether it shares the machine's network. */
  readonly hostNetwork: boolean;
  /** Whether the engine must be told not to map root to another user. */
  readonly hostUsers: boolean;
  readonly mounts: readonly Mount[];
  /** The directory, below OWN_DIRECTORY, that is the builder's own: a volume that goes with the container. */
  readonly store: string;
  /** What everybody on the machine may read. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables that the engine's client takes from its own environment: their values are in no argv. */
  readonly passed: readonly string[];
  /** The program, as the image has it, and its arguments. */
  readonly command: readonly string[];
}

/**
 * Everything behind `docker create` or `podman create`. No `--init`: docker mounts its init at /sbin/docker-init, /sbin is then no link as in the base's usrmerge,
 * and programs of /usr/sbin are not found at /sbin.
 */
export function containerArguments(run: ContainerRun): readonly string[] {
  const [program = '', ...rest] = run.command;
  return [
    'create',
    `--name=${run.name}`,
    ...Object.entries(run.labels).map(([name, value]) => `--label=${name}=${value}`),
    '--log-driver=none',
    '--restart=no',
    '--user=0:0',
    '--workdir=/',
    ...(run.hostNetwork ? ['--network=host'] : []),
    ...(run.hostUsers ? ['--userns=host'] : []),
    ...['--cap-drop=ALL', ...CAPABILITIES.map((name) => `--cap-add=${name}`)],
    // Where SELinux is: what is mounted keeps its label, and can be read.
    '--security-opt=label=disable',
    // A directory that only root may look into, whoever owns what is mounted below it.
    `--tmpfs=${OWN_DIRECTORY}:mode=0700`,
    `--volume=${run.store}`,
    ...run.mounts.map((mount) => `--mount=${mountText(mount)}`),
    ...Object.entries(run.env).map(([name, value]) => `--env=${name}=${value}`),
    ...run.passed.map((name) => `--env=${name}`),
    `--entrypoint=${program}`,
    run.image,
    ...rest,
  ];
}

/** A line of CSV, as both engines read it. */
function mountText({ kind, source, target }: Mount): string {
  const fields = ['type=bind', `source=${source}`, `target=${target}`, ...(kind === 'read-only' ? ['readonly'] : [])];
  return fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}
