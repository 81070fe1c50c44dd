import { join } from 'node:path';
import { isPassingTrouble } from '../builders/registry-trouble';
import { HephyError } from '../errors/hephy-error';
import { digestOf, type Digest } from '../oci/digest';
import { MediaType, type ImageIndex } from '../oci/manifest';
import { builderDockerConfig } from '../registry/credentials/builder-config';
import { checkComplete } from '../registry/publish/check-complete';
import { indexBytes } from '../registry/publish/index-bytes';
import { publishIndex } from '../registry/publish/publish-index';
import { findProxy } from '../registry/client/proxy';
import type { RawManifest, RegistryTransport } from '../registry/registry';
import { findManifestTool } from '../tools/find-tool';
import type { Tool } from '../tools/tool';
import type { RunContext } from './run-context';
import { publishWithManifestTool } from './run-manifest-tool';

export interface PushedIndex {
  readonly raw: RawManifest;
  /** Who published: `manifest-tool`, or `hephy` over HTTP. */
  readonly publisher: string;
}

/**
 * Pushes the index without a tag, complete before, read back and the same after. By manifest-tool where there is one, else over HTTP: the bytes are the same,
 * and held to be.
 * @throws HephyError IMAGE_INCOMPLETE, INDEX_WRONG, and those of the registry
 */
export async function pushIndex(context: RunContext, index: ImageIndex): Promise<PushedIndex> {
  const { options, env, registry, facts } = context;
  const tool = await findManifestTool({
    env,
    ...(options.manifestTool === undefined ? {} : { option: options.manifestTool }),
  });
  const byHephy = async (): Promise<PushedIndex> => {
    return { raw: await publishIndex(registry, facts.repository, index), publisher: 'hephy' };
  };
  if (tool === undefined) return byHephy();
  const transport = await registry.transportOf(facts.repository);
  const obstacle = findObstacle(context, transport);
  if (obstacle !== undefined) {
    context.onEvent({ kind: 'note', text: `manifest-tool ${obstacle}: hephy publishes the same bytes over HTTP` });
    return byHephy();
  }
  await checkComplete(
    registry,
    facts.repository,
    index.manifests.map((child) => child.digest),
  );
  const expected = digestOf(indexBytes(index));
  const digest = await pushWith(context, tool, transport, index).catch((error: unknown) => {
    if (!isPassing(error)) throw error;
    return error;
  });
  if (digest instanceof HephyError) {
    context.onEvent({ kind: 'note', text: `${digest.message}; hephy publishes the same bytes over HTTP` });
    return byHephy();
  }
  const raw = digest === expected ? await registry.getManifest({ ...facts.repository, digest }) : undefined;
  if (raw?.mediaType === MediaType.ociIndex) return { raw, publisher: 'manifest-tool' };
  throw new HephyError('INDEX_WRONG', `manifest-tool published ${digest}, where the planned index is ${expected}`, {
    hint: `No tag names it. Look at ${tool.path}: hephy knows manifest-tool 2.2; without one it publishes over HTTP.`,
  });
}

/** manifest-tool never asks again after a lost connection, and after a 429 at once: hephy does, and puts the very same bytes. */
function isPassing(error: unknown): error is HephyError {
  return error instanceof HephyError && isPassingTrouble(error.message);
}

/** What manifest-tool 2.2 cannot do; part of a sentence. */
function findObstacle({ facts, env }: RunContext, transport: RegistryTransport): string | undefined {
  const { registry } = facts.repository;
  if (registry.startsWith('[')) return 'knows no registry by an IPv6 address';
  if (transport === 'unverified' && findProxy(new URL(`https://${registry}`), env) !== undefined) {
    return 'does not go through a proxy to a registry whose certificate is not looked at';
  }
  return undefined;
}

async function pushWith(
  context: RunContext,
  tool: Tool,
  transport: RegistryTransport,
  index: ImageIndex,
): Promise<Digest> {
  const { credentials, facts, env, signal, runProcess } = context;
  const { repository } = facts;
  return publishWithManifestTool({
    tool,
    spec: {
      repository,
      children: index.manifests.map(({ digest, platform }) => {
        if (platform === undefined) throw new Error(`${digest} has no platform`);
        return { digest, platform };
      }),
      annotations: index.annotations ?? {},
    },
    dockerConfig: await builderDockerConfig(credentials, [repository.registry], []),
    transport,
    env,
    signal,
    workDirectory: join(context.cacheDirectory, 'work'),
    runProcess,
  });
}
