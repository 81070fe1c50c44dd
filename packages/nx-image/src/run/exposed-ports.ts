import type { ImageConfig } from '../oci/manifest';
import type { Digest } from '../oci/digest';
import type { BuildResult } from '../report/result';
import { readConfig, readManifest } from './checks/read-manifest';
import type { RunContext } from './run-context';

/** For the command that tries an image. */
export function portsOf({ config }: ImageConfig): Pick<BuildResult, 'exposes'> {
  const ports: unknown = config?.ExposedPorts ?? {};
  const names = typeof ports === 'object' && ports !== null ? Object.keys(ports) : [];
  return names.length === 0 ? {} : { exposes: names };
}

/** Of an image that was not built now. Only the local registry is asked: two questions more for every image are too many for others. */
export async function reusedPorts(
  { registry, facts }: RunContext,
  { outcome, digest }: Pick<BuildResult, 'outcome' | 'digest'>,
): Promise<Pick<BuildResult, 'exposes'>> {
  if (outcome !== 'reused' || digest === undefined || !facts.local) return {};
  const raw = await registry.getManifest({ ...facts.repository, digest: digest as Digest });
  const manifest = raw && readManifest(raw.bytes);
  const bytes = manifest && (await registry.getBlob(facts.repository, manifest.config.digest));
  const config = bytes && readConfig(bytes);
  return config === undefined ? {} : portsOf(config);
}
