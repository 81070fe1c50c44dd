import { digestOf, type Digest } from '../src/oci/digest';
import { planIndex } from '../src/plan/plan-index';
import { runProcess } from '../src/process/run-process';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { indexBytes } from '../src/registry/publish/index-bytes';
import type { CredentialStore, RegistryClient } from '../src/registry/registry';
import { pushIndex } from '../src/run/push-index';
import type { RunContext } from '../src/run/run-context';
import type { ChosenBuilder } from '../src/tools/choose-builder';
import type { BuilderStage, CaseRun } from './builder-stage';
import { HOST_ARCHITECTURE } from './host-shell';

/** A network as a run finds it. */
export interface Network {
  readonly env: Readonly<Record<string, string>>;
  readonly registry: string;
  readonly path: string;
  readonly insecure?: readonly string[];
  readonly mirror?: string;
  /** `user:password` for the registry. */
  readonly login?: string;
}

export function clientIn({ env, insecure = [], mirror, login }: Network, notes: string[] = []): RegistryClient {
  return createRegistryClient({
    ...{ env, insecure, onNote: (note) => notes.push(note) },
    ...(mirror === undefined ? {} : { mirror }),
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    credentials: credentialsOf(login),
  });
}

let count = 0;

/** One build by the builder, in the network. */
export function buildIn(
  stage: BuilderStage,
  chosen: ChosenBuilder,
  network: Network,
  dockerfile: string,
): Promise<CaseRun> {
  const { registry, path, insecure = [], mirror, login } = network;
  const auth = Buffer.from(login ?? '').toString('base64');
  return stage.run(
    chosen,
    { name: 'network', dockerfile, files: { a: `a ${++count}`, b: 'b' } },
    {
      step: { destination: `${registry}/${path}:t${count}`, insecure, ...(mirror === undefined ? {} : { mirror }) },
      env: { PATH: process.env.PATH, ...network.env },
      dockerConfig: login === undefined ? undefined : JSON.stringify({ auths: { [registry]: { auth } } }),
      repetitions: [],
      timeout: 150_000,
    },
  );
}

/** Pushes, reads what was pushed, and builds from it: by the builder and by hephy's own requests. Answers both runs. */
export async function goRound(
  stage: BuilderStage,
  chosen: ChosenBuilder,
  network: Network,
): Promise<readonly CaseRun[]> {
  const { registry, path } = network;
  const first = await buildIn(stage, chosen, network, 'FROM scratch\nCOPY a /a\n');
  const digest = digestIn(first);
  const client = clientIn(network);
  const manifest = await client.getManifest({ registry, path, digest });
  if (manifest?.digest !== digest) throw new Error(`${registry}/${path}@${digest} is not there`);
  const second = await buildIn(stage, chosen, network, `FROM ${registry}/${path}@${digest}\nCOPY b /b\n`);
  const built = await client.getManifest({ registry, path, digest: digestIn(second) });
  const { layers } = JSON.parse(Buffer.from(built?.bytes ?? '{}').toString()) as { layers: { digest: Digest }[] };
  if (layers.length !== 2) throw new Error(`${layers.length} layers`);
  for (const layer of layers) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await client.streamBlob({ registry, path }, layer.digest)) ?? []) chunks.push(chunk);
    if (digestOf(Buffer.concat(chunks)) !== layer.digest) throw new Error('another layer');
  }
  return [first, second];
}

/** Puts an index over the image as a run does, by manifest-tool where it can. Answers who did. */
export async function indexIn(stage: BuilderStage, tool: string, network: Network, digest: Digest): Promise<string> {
  const { registry, path, env, insecure = [], login } = network;
  const client = clientIn(network);
  const manifest = await client.getManifest({ registry, path, digest });
  if (manifest === undefined) throw new Error(`${digest} is not there`);
  const { mediaType, bytes } = manifest;
  const platform = { os: 'linux', architecture: HOST_ARCHITECTURE };
  const index = planIndex([{ mediaType, digest, size: bytes.length, platform }], { network: digest });
  const context = {
    facts: { repository: { registry, path }, insecure },
    options: { manifestTool: tool },
    registry: client,
    credentials: credentialsOf(login),
    env: { PATH: process.env.PATH, ...env },
    signal: new AbortController().signal,
    cacheDirectory: stage.directory,
    runProcess,
    onEvent: () => undefined,
  } as unknown as RunContext;
  const { raw, publisher } = await pushIndex(context, index);
  if (raw.digest !== digestOf(indexBytes(index))) throw new Error('another index');
  return publisher;
}

function credentialsOf(login: string | undefined): CredentialStore {
  const [username = '', password = ''] = login?.split(':') ?? [];
  return {
    credentialOf: () => Promise.resolve(login === undefined ? undefined : { username, password }),
    helperOf: () => Promise.resolve(undefined),
    secrets: () => [password],
  };
}

export function digestIn({ outcome }: CaseRun): Digest {
  if (outcome.kind === 'pushed') return outcome.digest;
  throw new Error(JSON.stringify(outcome));
}
