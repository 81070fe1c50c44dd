import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileStore } from './file-store';
import type { SpecError } from './spec-error';
import type { Uploads } from './uploads';

/** One request to the local registry, and what it is answered from. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly store: FileStore;
  readonly uploads: Uploads;
}

/** To a HEAD, Node sends the headers alone. */
export function respond(
  { response }: Pick<Call, 'response'>,
  status: number,
  headers: Readonly<Record<string, string | number>> = {},
  body: string | Uint8Array = '',
): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}

/** In the JSON of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
export function respondError(call: Pick<Call, 'request' | 'response'>, { status, code, message }: SpecError): void {
  // What is still on its way would be read as the next request.
  const close = call.request.complete ? {} : { connection: 'close' };
  const body = JSON.stringify({ errors: [{ code, message, detail: {} }] });
  respond(call, status, { 'content-type': 'application/json', ...close }, body);
}
