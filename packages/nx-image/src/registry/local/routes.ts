import { isDigest, type Digest } from '../../oci/digest';
import { isTag, parseRepository } from '../../oci/reference';
import { SpecError } from './spec-error';

/** What a path of the API names. Names are checked here: what comes out is safe as a path of files. */
export type Route =
  | { readonly kind: 'ping'; readonly name: '' }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: Digest }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: ManifestName };

export type ManifestName =
  { readonly digest: Digest; readonly tag?: undefined } | { readonly tag: string; readonly digest?: undefined };

const PATH = /^\/v2\/(?<name>.+)\/(?:(?<tags>tags\/list)|(?<kind>blobs\/uploads|blobs|manifests)\/(?<rest>[^/]*))$/;

export function parseRoute(pathname: string): Route {
  if (pathname === '/v2' || pathname === '/v2/') return { kind: 'ping', name: '' };
  const { name: rawName, tags, kind, rest = '' } = PATH.exec(decode(pathname))?.groups ?? {};
  if (rawName === undefined) throw new SpecError(404, 'UNSUPPORTED', 'there is nothing at this path');
  const name = parseRepository(`localhost/${rawName}`)?.path;
  if (name === undefined) throw new SpecError(400, 'NAME_INVALID', 'this is no repository name');
  if (tags !== undefined) return { kind: 'tags', name };
  switch (kind) {
    case 'blobs':
      return { kind: 'blob', name, digest: parseDigest(rest) };
    case 'manifests':
      if (isTag(rest)) return { kind: 'manifest', name, reference: { tag: rest } };
      return { kind: 'manifest', name, reference: { digest: parseDigest(rest) } };
    default:
      return rest === '' ? { kind: 'uploads', name } : { kind: 'upload', name, id: rest };
  }
}

export function parseDigest(text: string | null): Digest {
  if (text !== null && isDigest(text)) return text;
  throw new SpecError(400, 'DIGEST_INVALID', 'this is no sha256 digest');
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw new SpecError(400, 'NAME_INVALID', 'the path is not percent-encoded UTF-8');
  }
}
