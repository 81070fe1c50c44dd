import type { Image } from '../config/build-config';
import type { Manifest } from '../oci/manifest';
import type { RawManifest } from '../registry/registry';
import { reasonText } from '../report/reason-text';
import type { BuildResult } from '../report/result';
import { findReuse } from './find-reason';
import type { CompletePlan } from './plan-build';
import type { RunContext } from './run-context';

export function inputsOf(plan: CompletePlan): Pick<BuildResult, 'inputKey' | 'inputs'> {
  return { inputKey: plan.inputKey, inputs: plan.description };
}

type Reused = Pick<BuildResult, 'outcome' | 'reason' | 'digest' | 'manifest' | 'size' | 'layers' | 'tags'>;

/** What the registry has, as a result. */
export async function reused(context: RunContext, image: Image, raw: RawManifest): Promise<Reused> {
  const manifest = JSON.parse(Buffer.from(raw.bytes).toString('utf8')) as Manifest;
  return {
    outcome: 'reused',
    reason: reasonText(await findReuse(context, image.name, raw.digest)),
    digest: raw.digest,
    manifest: { mediaType: raw.mediaType, size: raw.bytes.byteLength },
    size: manifest.config.size + manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
    layers: manifest.layers.map((layer) => layer.digest),
    tags: [],
  };
}
