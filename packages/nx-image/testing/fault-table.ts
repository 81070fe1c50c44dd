import type { ErrorCode } from '../src/errors/codes';
import { digestOf, type Digest } from '../src/oci/digest';
import type { Repository } from '../src/oci/reference';
import type { Credential, RawManifest, RegistryClient } from '../src/registry/registry';
import type { AskedFor } from './fault-proxy';
import type { Fault } from './meet-fault';

/** What there is to be asked for in the registry behind the proxy, and what a row writes: its own. */
export interface Stock {
  readonly repository: Repository;
  readonly tag: string;
  readonly manifest: RawManifest;
  readonly blob: Digest;
  readonly layer: Digest;
  /** Another manifest over the same blobs, the row's own; not there yet. */
  readonly fresh: RawManifest;
}

/** One class of requests: what asks it, and how to see that it was done. */
export interface FaultClass {
  readonly name: string;
  readonly askedFor: AskedFor;
  readonly credential?: Credential;
  readonly ask: (client: RegistryClient, stock: Stock) => Promise<unknown>;
  /** Of those that change something: whether it is changed, asked of the registry itself. */
  readonly isDone?: (direct: RegistryClient, stock: Stock) => Promise<boolean>;
  /** Before: of the registry itself. */
  readonly prepare?: (direct: RegistryClient, stock: Stock) => Promise<unknown>;
}

const expectSame = (actual: unknown, wanted: unknown): void => {
  if (JSON.stringify(actual) !== JSON.stringify(wanted)) {
    throw new Error(`${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`);
  }
};

const drain = async (stream: AsyncIterable<Uint8Array> | undefined): Promise<Digest> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return digestOf(Buffer.concat(chunks));
};

const at = ({ repository, manifest }: Stock) => ({ ...repository, digest: manifest.digest });
const newTag = ({ repository, fresh }: Stock) => ({ ...repository, tag: `t-${fresh.digest.slice(7, 27)}` });
const newBlob = ({ fresh }: Stock) => Buffer.from(`blob of ${fresh.digest}`);
const putAt = (client: RegistryClient, reference: Parameters<RegistryClient['putManifest']>[0], raw: RawManifest) =>
  client.putManifest(reference, raw.mediaType, raw.bytes);
const head = async (client: RegistryClient, stock: Stock) => {
  expectSame(await client.headManifest(at(stock)), stock.manifest.digest);
};

export const FAULT_CLASSES: readonly FaultClass[] = [
  { name: 'token GET', askedFor: 'token GET', ask: head },
  { name: 'token POST', askedFor: 'token POST', credential: { username: '<token>', password: 'identity' }, ask: head },
  { name: 'manifest HEAD', askedFor: 'manifest HEAD', ask: head },
  {
    name: 'tag HEAD',
    askedFor: 'tag HEAD',
    ask: async (client, { repository, tag, manifest }) => {
      expectSame(await client.headManifest({ ...repository, tag }), manifest.digest);
    },
  },
  {
    name: 'manifest GET',
    askedFor: 'manifest GET',
    ask: async (client, stock) => {
      expectSame((await client.getManifest(at(stock)))?.digest, stock.manifest.digest);
    },
  },
  {
    name: 'tag GET',
    askedFor: 'tag GET',
    ask: async (client, { repository, tag, manifest }) => {
      expectSame((await client.getManifest({ ...repository, tag }))?.digest, manifest.digest);
    },
  },
  {
    name: 'tag list',
    askedFor: 'tag list',
    ask: async (client, { repository, tag }) => {
      expectSame((await client.listTags(repository))?.includes(tag), true);
    },
  },
  {
    name: 'blob HEAD',
    askedFor: 'blob HEAD',
    ask: async (client, { repository, blob }) => {
      expectSame(await client.hasBlob(repository, blob), true);
    },
  },
  {
    name: 'blob GET',
    askedFor: 'blob GET',
    ask: async (client, { repository, blob }) => {
      expectSame(digestOf((await client.getBlob(repository, blob)) ?? Buffer.alloc(0)), blob);
    },
  },
  {
    name: 'layer GET',
    askedFor: 'blob GET',
    ask: async (client, { repository, layer }) => {
      expectSame(await drain(await client.streamBlob(repository, layer)), layer);
    },
  },
  { name: 'upload POST', askedFor: 'upload POST', ask: (client, { repository }) => client.tryPush(repository) },
  {
    name: 'blob PUT',
    askedFor: 'blob PUT',
    ask: (client, stock) => client.putBlob(stock.repository, newBlob(stock)),
    isDone: (direct, stock) => direct.hasBlob(stock.repository, digestOf(newBlob(stock))),
  },
  {
    name: 'manifest PUT',
    askedFor: 'manifest PUT',
    ask: (client, { repository, fresh }) => putAt(client, { ...repository, digest: fresh.digest }, fresh),
    isDone: async (direct, { repository, fresh }) =>
      (await direct.headManifest({ ...repository, digest: fresh.digest })) === fresh.digest,
  },
  {
    name: 'tag PUT',
    askedFor: 'tag PUT',
    ask: (client, stock) => putAt(client, newTag(stock), stock.fresh),
    isDone: async (direct, stock) => (await direct.headManifest(newTag(stock))) === stock.fresh.digest,
  },
  {
    name: 'manifest DELETE',
    askedFor: 'manifest DELETE',
    prepare: (direct, stock) => putAt(direct, newTag(stock), stock.fresh),
    ask: async (client, { repository, fresh }) => {
      expectSame(await client.deleteManifest(repository, fresh.digest), true);
    },
    isDone: async (direct, stock) => (await direct.headManifest(newTag(stock))) === undefined,
  },
];

export interface FaultCase {
  readonly name: string;
  readonly fault: Fault;
  /** Asked again up to three times; otherwise it fails at once. */
  readonly retried: boolean;
  readonly code: ErrorCode;
  /** Milliseconds of the first wait, at least and at most; without it, our own. */
  readonly wait?: readonly [number, number];
  /** Whether the answer has a body to be spoilt. */
  readonly inBody?: boolean;
  /** Only of what changes something; it was changed then. */
  readonly done?: boolean;
}

const status = (
  number: number,
  retried: boolean,
  retryAfter?: string | (() => string),
  wait?: FaultCase['wait'],
): FaultCase => ({
  name: `HTTP ${number}${retryAfter === undefined ? '' : `, Retry-After: ${typeof retryAfter === 'string' ? retryAfter : 'in 20 s, as a date'}`}`,
  fault: {
    kind: 'status',
    status: number,
    ...(retryAfter === undefined
      ? {}
      : { headers: () => ({ 'retry-after': typeof retryAfter === 'string' ? retryAfter : retryAfter() }) }),
  },
  retried,
  code: 'REGISTRY_ERROR',
  ...(wait === undefined ? {} : { wait }),
});
const lost = (kind: Exclude<Fault['kind'], 'status'>, more: Partial<FaultCase> = {}): FaultCase => ({
  ...{ name: kind, fault: { kind }, retried: true, code: 'REGISTRY_UNREACHABLE' },
  ...more,
});

export const FAULTS: readonly FaultCase[] = [
  status(429, true),
  status(429, true, '0', [0, 0]),
  status(429, true, '20', [20_000, 20_000]),
  status(429, true, () => new Date(Date.now() + 20_000).toUTCString(), [15_000, 20_000]),
  status(429, true, 'Thu, 01 Jan 1998 00:00:00 GMT', [0, 0]),
  status(429, true, 'soon, maybe'),
  status(429, true, '-7'),
  status(429, false, '86400'),
  status(429, false, '99999999999999999999999'),
  status(503, true, '20', [20_000, 20_000]),
  status(503, false, 'Fri, 01 Jan 2100 00:00:00 GMT'),
  ...[408, 500, 502, 503, 504, 522].map((number) => status(number, true)),
  status(418, false),
  lost('reset'),
  lost('reset in headers'),
  lost('reset in body', { inBody: true }),
  lost('truncated', { inBody: true }),
  lost('too short', { inBody: true, retried: false, code: 'REGISTRY_ERROR' }),
  lost('damaged', { inBody: true, retried: false, code: 'REGISTRY_ERROR' }),
  lost('silence'),
  lost('silence in body', { inBody: true }),
  lost('trickle'),
  lost('garbage', { retried: false }),
  lost('redirect loop', { retried: false, code: 'REGISTRY_ERROR' }),
  lost('lost', { done: true }),
  { ...status(500, true), name: 'HTTP 500, but done', fault: { kind: 'status', status: 500, done: true }, done: true },
];
