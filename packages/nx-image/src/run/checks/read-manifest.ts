import { isDigest } from '../../oci/digest';
import type { Descriptor, ImageConfig, ImageIndex, Manifest } from '../../oci/manifest';
import type { Platform } from '../../oci/platform';

/** The bytes as an image index or Docker's list; undefined for what is none. Platforms and annotations that are none are left out: others may have written anything. */
export function readIndex(bytes: Uint8Array): ImageIndex | undefined {
  const value = readObject(bytes);
  if (value?.schemaVersion !== 2 || !Array.isArray(value.manifests)) return undefined;
  if (!value.manifests.every(isDescriptor)) return undefined;
  return withTexts({ ...(value as unknown as ImageIndex), manifests: value.manifests.map(readChild) });
}

function readChild({ platform: named, ...child }: Descriptor): Descriptor {
  const platform = readPlatform(named);
  return withTexts(platform === undefined ? child : { ...child, platform });
}

function readPlatform(written: unknown): Platform | undefined {
  const { os, architecture, variant } = isObject(written) ? written : {};
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return typeof variant === 'string' ? { os, architecture, variant } : { os, architecture };
}

/** Annotations that are texts, and no others; none, where there are none. */
function withTexts<T extends { readonly annotations?: unknown }>({ annotations, ...of }: T): Omit<T, 'annotations'> {
  const texts = Object.entries(isObject(annotations) ? annotations : {}).filter(([, text]) => typeof text === 'string');
  return texts.length === 0 ? of : { ...of, annotations: Object.fromEntries(texts) };
}

/** The bytes as an image manifest, OCI's or Docker's schema 2; undefined for what is none. */
export function readManifest(bytes: Uint8Array): Manifest | undefined {
  const value = readObject(bytes);
  if (value?.schemaVersion !== 2 || !isDescriptor(value.config) || !Array.isArray(value.layers)) return undefined;
  return value.layers.every(isDescriptor) ? (value as unknown as Manifest) : undefined;
}

/** The bytes as an image config; undefined for what is none. */
export function readConfig(bytes: Uint8Array): ImageConfig | undefined {
  const value = readObject(bytes);
  if (typeof value?.os !== 'string' || typeof value.architecture !== 'string') return undefined;
  const inner = value.config ?? {};
  if (!isObject(inner)) return undefined;
  const lists = [inner.Entrypoint, inner.Cmd, inner.Env, inner.OnBuild];
  const texts = [value.variant, inner.WorkingDir];
  if (!lists.every((one) => one === undefined || one === null || isTextList(one))) return undefined;
  if (!texts.every((one) => one === undefined || typeof one === 'string')) return undefined;
  return value as unknown as ImageConfig;
}

function readObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
  return isObject(value) ? value : undefined;
}

function isDescriptor(value: unknown): value is Descriptor {
  return (
    isObject(value) &&
    typeof value.mediaType === 'string' &&
    typeof value.digest === 'string' &&
    isDigest(value.digest) &&
    typeof value.size === 'number'
  );
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
