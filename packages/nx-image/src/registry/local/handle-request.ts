import { isLoopback } from '../../oci/reference';
import { respond, respondError, type Call } from './call';
import { appendToUpload, cancelUpload, completeUpload, respondUpload, startUpload } from './receive-blob';
import { parseRoute, type Route } from './routes';
import { serveBlob } from './serve-blob';
import { receiveManifest, removeManifest, sendManifest } from './serve-manifest';
import { sendTags } from './serve-tags';
import { SpecError } from './spec-error';

/** https://github.com/opencontainers/distribution-spec, version 1.1: pull, push, tags, deletion. Rejects for our own failures. */
export async function handleRequest(call: Omit<Call, 'query'>): Promise<void> {
  const { request, response } = call;
  const [path, query] = splitOnce(request.url ?? '/');
  try {
    refuseStrangers(request.headers.host);
    await dispatch({ ...call, query: new URLSearchParams(query) }, path);
  } catch (error) {
    if (error instanceof SpecError) {
      respondError(call, error);
    } else if (request.destroyed && !request.complete) {
      // The client went away; there is nobody to tell.
      response.destroy();
    } else {
      if (response.headersSent) response.destroy();
      else respondError(call, new SpecError(500, 'UNKNOWN', 'the local registry failed; its log says why'));
      throw error;
    }
  }
}

/** A web page whose name was made to resolve to loopback is nobody we serve. */
function refuseStrangers(host: string | undefined): void {
  const name = host?.replace(/:\d+$/, '') ?? '';
  if (name === '' || isLoopback(name) || name.endsWith('.internal')) return;
  throw new SpecError(403, 'DENIED', 'this registry is for its own machine');
}

async function dispatch(call: Call, path: string): Promise<void> {
  const method = call.request.method === 'HEAD' ? 'GET' : (call.request.method ?? '');
  // The path as it came: URL would resolve `..` before a name is judged.
  const act = actionsOf(call, parseRoute(path))[method];
  if (act === undefined) throw new SpecError(405, 'UNSUPPORTED', `${method} is not supported here`);
  await act();
}

function actionsOf(call: Call, route: Route): Readonly<Record<string, () => Promise<void> | void>> {
  const { name } = route;
  switch (route.kind) {
    case 'ping':
      return {
        GET: () => {
          respond(call, 200, { 'content-type': 'application/json' }, '{}');
        },
      };
    case 'tags':
      return { GET: () => sendTags(call, name) };
    case 'blob':
      return { GET: () => serveBlob(call, route.digest) };
    case 'uploads':
      return { POST: () => startUpload(call, name) };
    case 'upload':
      return {
        GET: () => {
          respondUpload(call, name, route.id, 204);
        },
        PATCH: () => appendToUpload(call, name, route.id),
        PUT: () => completeUpload(call, name, route.id),
        DELETE: () => cancelUpload(call, name, route.id),
      };
    case 'manifest':
      return {
        GET: () => sendManifest(call, name, route.reference),
        PUT: () => receiveManifest(call, name, route.reference),
        DELETE: () => removeManifest(call, name, route.reference),
      };
  }
}

function splitOnce(target: string): [string, string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}
