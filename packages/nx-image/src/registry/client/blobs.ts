import { digestOf, type Digest } from '../../oci/digest';
import { formatRepository, type Repository } from '../../oci/reference';
import type { Ask } from './ask';
import type { Access } from './endpoint';
import type { BlobHead } from '../registry';
import { damaged } from './failure';

const SMALL = 8 * 1024 * 1024;

export async function hasBlob(ask: Ask, repository: Repository, digest: Digest): Promise<boolean> {
  return (await headBlob(ask, repository, digest)) !== undefined;
}

export async function headBlob(ask: Ask, repository: Repository, digest: Digest): Promise<BlobHead | undefined> {
  return headAt(ask, repository, digest, 'pull');
}

/** With the access of a push the registry itself is asked, never a mirror. */
export async function hasBlobAt(
  ask: Ask,
  repository: Repository,
  digest: Digest,
  access: Access,
  retries?: number,
): Promise<boolean> {
  return (await headAt(ask, repository, digest, access, retries)) !== undefined;
}

async function headAt(
  ask: Ask,
  repository: Repository,
  digest: Digest,
  access: Access,
  retries?: number,
): Promise<BlobHead | undefined> {
  const answer = await ask(repository, access, {
    method: 'HEAD',
    resource: `blobs/${digest}`,
    ...(retries === undefined ? {} : { retries }),
  });
  if (answer.status === 404) return undefined;
  const length = answer.headers['content-length'] ?? '';
  return { size: /^\d+$/.test(length) ? Number(length) : undefined };
}

export async function getBlob(ask: Ask, repository: Repository, digest: Digest): Promise<Uint8Array | undefined> {
  const answer = await ask(repository, 'pull', {
    method: 'GET',
    resource: `blobs/${digest}`,
    limit: SMALL,
    requestClass: 'blob',
  });
  if (answer.status === 404) return undefined;
  const actual = digestOf(answer.body);
  if (actual !== digest) throw damaged(formatRepository(repository), digest, actual);
  return new Uint8Array(answer.body);
}
