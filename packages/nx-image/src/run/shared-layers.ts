import { HephyError } from '../errors/hephy-error';
import { samePlatform, type Platform } from '../oci/platform';
import type { BuildResult } from '../report/result';
import { readManifest } from './checks/read-manifest';
import type { RunContext } from './run-context';

/**
 * What a new image has in common with the version published last: whoever has that one pulls only the rest. Nothing where there is none for the platform.
 * No reason to fail: a registry that does not answer is a note.
 */
export async function sharedLayers(
  context: Pick<RunContext, 'registry' | 'facts' | 'last'>,
  image: string,
  platform: Platform,
  manifest: Uint8Array,
): Promise<Pick<BuildResult, 'shared' | 'notes'>> {
  try {
    const last = await context.last(image);
    const child = last?.index.manifests.find(
      (one) => one.platform !== undefined && samePlatform(one.platform, platform),
    );
    const raw = child && (await context.registry.getManifest({ ...context.facts.repository, digest: child.digest }));
    const before = raw && readManifest(raw.bytes);
    if (before === undefined) return { notes: [] };
    const known = new Set(before.layers.map(({ digest }) => digest));
    const shared = (readManifest(manifest)?.layers ?? []).filter(({ digest }) => known.has(digest));
    const bytes = shared.reduce((sum, { size }) => sum + size, 0);
    const version = last?.version === undefined ? {} : { version: last.version };
    return { shared: { ...version, layers: shared.length, bytes }, notes: [] };
  } catch (error) {
    if (!(error instanceof HephyError)) throw error;
    return { notes: [`what it shares with the last version is not known: ${error.message}`] };
  }
}
