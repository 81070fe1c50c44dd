import { arch } from 'node:os';
import { HephyError } from '../errors/hephy-error';
import { ownerIdentity } from '../process/owner';
import type { ProcessEnd, RunProcess } from '../process/process';
import { newContainerName, OWNER_LABEL } from './container-labels';
import type { Engine } from './engine';
import { engineEnvironment } from './engine-environment';
import { lastLine } from './find-engine';
import { IN_ITS_IMAGE } from './find-tool';
import { judgeKanikoVersion, type KanikoVersion } from './kaniko-version';
import { KANIKO_IMAGE } from './runtime';

export interface KanikoImageSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runProcess: RunProcess;
  readonly signal?: AbortSignal;
  readonly onNote?: (text: string) => void;
}

export interface KanikoImage extends KanikoVersion {
  /** By which the engine has it. */
  readonly id: string;
}

const PATIENCE = 60_000;
/** Between two lines that tell how far a pull is. */
const QUIET_MS = 5000;
/** Go's names of architectures, where they are not Node's. */
const ARCHITECTURES: Readonly<Partial<Record<string, string>>> = { x64: 'amd64', ia32: '386' };

/**
 * The image that `reference` names, pulled where the engine does not have it, and tried out.
 * @throws HephyError RUNTIME_UNAVAILABLE, BUILDER_OUTDATED, BUILD_CANCELLED
 */
export async function ensureKanikoImage(
  engine: Engine,
  reference: string,
  search: KanikoImageSearch,
): Promise<KanikoImage> {
  const ask = asker(engine, search);
  const image = (await inspect(engine, ask, reference)) ?? (await pull(engine, reference, search, ask));
  const { id, architecture, volumes } = image;
  if (volumes.length > 0) {
    throw new HephyError('RUNTIME_UNAVAILABLE', `${reference} declares the volume ${volumes.join(', ')}`, {
      hint: `Kaniko leaves volumes out of what it builds: files there would be missing. Take the image without a shell, as ${KANIKO_IMAGE} (kanikoImage, HEPHY_KANIKO_IMAGE).`,
    });
  }
  const machine = ARCHITECTURES[arch()] ?? arch();
  if (architecture !== '' && architecture !== machine) {
    throw new HephyError(
      'RUNTIME_UNAVAILABLE',
      `the image ${reference} that ${engine.name} has is of ${architecture}, and this machine of ${machine}`,
      { hint: `Pull the right one: ${engine.name} pull --platform=linux/${machine} ${reference}` },
    );
  }
  return { id, ...(await readVersion(engine, reference, id, ask)) };
}

/** Whether the engine has it already: a question that starts no pull. */
export async function hasImage(engine: Engine, reference: string, search: KanikoImageSearch): Promise<boolean> {
  return (await inspect(engine, asker(engine, search), reference)) !== undefined;
}

type Ask = (
  args: readonly string[],
  more?: { readonly timeout?: number; onLine?: (line: string) => void },
) => Promise<ProcessEnd>;

function asker(engine: Engine, { env, runProcess, signal }: KanikoImageSearch): Ask {
  return (args, more) =>
    runProcess({
      file: engine.tool.path,
      arguments: args,
      env: engineEnvironment(env),
      ...(signal === undefined ? {} : { signal }),
      ...more,
    });
}

interface Inspected {
  readonly id: string;
  readonly architecture: string;
  readonly volumes: readonly string[];
}

/** Fields by their names: what `{{json .}}` makes of all of it differs from engine to engine. */
const FORMAT = '{{.Id}} {{.Architecture}} {{json .Config.Volumes}}';

async function inspect(engine: Engine, ask: Ask, reference: string): Promise<Inspected | undefined> {
  const end = await ask(['image', 'inspect', '--format', FORMAT, reference], { timeout: PATIENCE });
  if (end.kind === 'timed out') {
    const what = `${engine.name} does not tell whether it has ${reference}${lastLine(end)}`;
    throw new HephyError('RUNTIME_UNAVAILABLE', what, { hint: `Look what ${engine.name} image inspect says of it.` });
  }
  if (end.kind !== 'exited' || end.exitCode !== 0) return undefined;
  const text = Buffer.from(end.stdout).toString('utf8').trim();
  const [, id, architecture, volumes] = /^(\S+) (\S*) (.*)$/.exec(text) ?? [];
  if (id === undefined || architecture === undefined || volumes === undefined) {
    throw new Error(`${engine.name} described an image as ${JSON.stringify(text)}`);
  }
  return { id, architecture, volumes: Object.keys((JSON.parse(volumes) as object | null) ?? {}) };
}

async function pull(engine: Engine, reference: string, search: KanikoImageSearch, ask: Ask): Promise<Inspected> {
  const { onNote } = search;
  onNote?.(`${engine.name} pulls ${reference}, which it does not have yet`);
  let said = performance.now();
  const end = await ask(['pull', reference], {
    onLine: (line) => {
      if (performance.now() - said < QUIET_MS) return;
      said = performance.now();
      onNote?.(`${engine.name} pulls ${reference}: ${line.trim()}`);
    },
  });
  if (end.kind === 'cancelled') throw new HephyError('BUILD_CANCELLED', `the pull of ${reference} was stopped`);
  const image = end.kind === 'exited' && end.exitCode === 0 ? await inspect(engine, ask, reference) : undefined;
  if (image !== undefined) return image;
  throw new HephyError('RUNTIME_UNAVAILABLE', `${engine.name} cannot pull ${reference}${lastLine(end)}`, {
    hint: [
      `Try it by hand: ${engine.name} pull ${reference}`,
      `Behind a mirror, or with a copy in a registry of yours: name that by kanikoImage or HEPHY_KANIKO_IMAGE. Without any: ${engine.name} load < file.`,
    ].join('\n'),
  });
}

async function readVersion(engine: Engine, reference: string, id: string, ask: Ask): Promise<KanikoVersion> {
  const end = await ask(
    [
      ...['run', '--rm', '--network=none', '--log-driver=none', `--name=${newContainerName()}`],
      ...[`--label=${OWNER_LABEL}=${ownerIdentity()}`, `--entrypoint=${IN_ITS_IMAGE}`, id, 'version'],
    ],
    { timeout: PATIENCE },
  );
  if (end.kind === 'cancelled') throw new HephyError('BUILD_CANCELLED', 'the run was stopped');
  if (end.kind !== 'exited' || end.exitCode !== 0) {
    throw new HephyError('RUNTIME_UNAVAILABLE', `${engine.name} cannot run ${reference}${lastLine(end)}`, {
      hint: `Look what ${engine.name} run --rm --entrypoint=${IN_ITS_IMAGE} ${reference} version says.`,
    });
  }
  const text = Buffer.from(end.stdout).toString('utf8');
  return judgeKanikoVersion(
    reference,
    text,
    `Take a current one, as ${KANIKO_IMAGE}: kanikoImage, HEPHY_KANIKO_IMAGE.`,
  );
}
