import { MediaType, type Descriptor, type ImageIndex } from '../../oci/manifest';

/**
 * The index as manifest-tool 2.2 writes it, so that whoever publishes it, its digest is the same: Go's json.MarshalIndent over OCI's
 * structs. The order is the structs'; empty values are left out; maps are sorted by the bytes of their keys.
 */
export function indexBytes(index: ImageIndex): Uint8Array {
  const fields = new Map<string, Json>([
    ['schemaVersion', index.schemaVersion],
    ['mediaType', index.mediaType ?? MediaType.ociIndex],
    ['manifests', index.manifests.map(describe)],
    ...annotationField(index.annotations),
  ]);
  return new Uint8Array(Buffer.from(render(fields, '')));
}

type Json = string | number | readonly Json[] | ReadonlyMap<string, Json>;

function describe({ mediaType, digest, size, annotations, platform }: Descriptor): Json {
  const fields = new Map<string, Json>([
    ['mediaType', mediaType],
    ['digest', digest],
    ['size', size],
    ...annotationField(annotations),
  ]);
  if (platform === undefined) return fields;
  const { architecture, os, variant } = platform;
  const named = new Map([
    ['architecture', architecture],
    ['os', os],
  ]);
  if (variant !== undefined && variant !== '') named.set('variant', variant);
  return fields.set('platform', named);
}

function annotationField(annotations: Readonly<Record<string, string>> = {}): readonly (readonly [string, Json])[] {
  const sorted = Object.entries(annotations).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return sorted.length === 0 ? [] : [['annotations', new Map(sorted)]];
}

/** A Map keeps its order; an object would put keys that are numbers first. */
function render(value: Json, indent: string): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return renderString(value);
  const inner = `${indent}  `;
  const isMap = value instanceof Map;
  const items = isMap
    ? [...(value as ReadonlyMap<string, Json>)].map(([key, item]) => `${renderString(key)}: ${render(item, inner)}`)
    : (value as readonly Json[]).map((item) => render(item, inner));
  const [open, close] = isMap ? ['{', '}'] : ['[', ']'];
  return items.length === 0 ? `${open}${close}` : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}

const GO_ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** UTF-8 has no lone surrogates: both sides have U+FFFD for them. */
function renderString(text: string): string {
  const wellFormed = Buffer.from(text).toString();
  return JSON.stringify(wellFormed).replace(/[<>&\u2028\u2029]/g, (character) => GO_ESCAPES[character] ?? character);
}
