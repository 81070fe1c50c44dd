import type { ErrorCode } from '../src/errors/codes';
import type { AskedFor } from './fault-proxy';
import type { Fault } from './meet-fault';

/** A fault that a builder meets, and what must come of it. `pull`: a base is behind the proxy; `push`: the destination is. */
export interface BuilderFault {
  readonly way: 'pull' | 'push';
  readonly askedFor: AskedFor;
  readonly fault: Fault;
  /** Without it, always. */
  readonly times?: number;
  /** undefined: the image is pushed all the same. */
  readonly fails?: ErrorCode;
  /** The most requests of that kind that a failing build may make: bounded, whoever retries. */
  readonly atMost?: number;
}

const status = (number: number): Fault => ({ kind: 'status', status: number });
/** buildah waits what Retry-After says, and two seconds without one. */
const busy: Fault = { kind: 'status', status: 429, headers: () => ({ 'retry-after': '0' }) };
/**
 * As distribution answers while another build pushes the same layer: on a file system it writes in place what says that the repository has it
 * (https://github.com/distribution/distribution/blob/v2.8.3/registry/storage/linkedblobstore.go).
 */
const unseen: Fault = {
  kind: 'status',
  status: 400,
  headers: () => ({ 'content-type': 'application/json; charset=utf-8' }),
  body: JSON.stringify({
    errors: [
      { code: 'DIGEST_INVALID', message: 'provided digest did not match uploaded content' },
      { code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry', detail: `sha256:${'0'.repeat(64)}` },
    ],
  }),
};

export const BUILDER_FAULTS: readonly BuilderFault[] = [
  ...([busy, status(500), status(503), { kind: 'reset' }, { kind: 'lost' }] as const).map((fault): BuilderFault => ({
    way: 'push',
    askedFor: 'tag PUT',
    fault,
    times: 1,
  })),
  { way: 'push', askedFor: 'tag PUT', fault: busy, fails: 'REGISTRY_ERROR', atMost: 9 },
  { way: 'push', askedFor: 'tag PUT', fault: status(503), fails: 'REGISTRY_ERROR', atMost: 9 },
  { way: 'push', askedFor: 'tag PUT', fault: { kind: 'reset' }, fails: 'REGISTRY_UNREACHABLE', atMost: 12 },
  { way: 'push', askedFor: 'tag PUT', fault: unseen, times: 1 },
  { way: 'push', askedFor: 'tag PUT', fault: unseen, fails: 'BUILD_PUSH_REFUSED', atMost: 9 },
  { way: 'push', askedFor: 'ping', fault: status(503), times: 1 },
  { way: 'push', askedFor: 'ping', fault: { kind: 'reset' }, times: 1 },
  { way: 'push', askedFor: 'upload POST', fault: status(503), times: 1 },
  { way: 'push', askedFor: 'upload PATCH', fault: { kind: 'reset' }, times: 1 },
  { way: 'push', askedFor: 'upload PATCH', fault: { kind: 'lost' }, times: 1 },
  { way: 'push', askedFor: 'blob PUT', fault: status(500), times: 1 },
  { way: 'push', askedFor: 'blob PUT', fault: { kind: 'lost' }, times: 1 },
  { way: 'push', askedFor: 'blob HEAD', fault: status(503), times: 1 },
  { way: 'pull', askedFor: 'ping', fault: status(503), times: 1 },
  { way: 'pull', askedFor: 'manifest GET', fault: busy, times: 1 },
  { way: 'pull', askedFor: 'manifest GET', fault: status(503), times: 1 },
  { way: 'pull', askedFor: 'manifest GET', fault: { kind: 'reset' }, times: 1 },
  { way: 'pull', askedFor: 'blob GET', fault: status(503), times: 1 },
  { way: 'pull', askedFor: 'blob GET', fault: { kind: 'reset in body' }, times: 1 },
  { way: 'pull', askedFor: 'blob GET', fault: { kind: 'truncated' }, times: 1 },
  { way: 'pull', askedFor: 'blob GET', fault: { kind: 'damaged' }, fails: 'BUILD_FAILED', atMost: 1 },
  { way: 'pull', askedFor: 'blob GET', fault: { kind: 'reset in body' }, fails: 'REGISTRY_UNREACHABLE', atMost: 12 },
];
