import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { startHttpServer } from '../../../nx-image/testing/http-server';

interface Packument {
  readonly 'dist-tags': Record<string, string>;
  readonly versions: Record<string, { readonly dist: Readonly<Record<string, string>> }>;
  readonly _attachments?: Readonly<Record<string, { readonly data: string }>>;
}

export interface NpmRegistry {
  /** How often something was published, or tried to be. */
  readonly published: () => number;
  /** Lines of an .npmrc for which it is the registry of a scope. */
  npmrc(scope: string): string;
  stop(): Promise<void>;
}

const TOKEN = 'open-sesame';

/**
 * A registry of npm packages on a free loopback port, as far as npm itself needs one to publish, look up and install: packuments and tarballs, by npm's own protocol. A version is taken once, from
 * whoever has the token. The usual one for such tests, verdaccio, is not to be had for the Node.js of this repository.
 */
export async function startNpmRegistry(): Promise<NpmRegistry> {
  const packuments = new Map<string, Packument>();
  const tarballs = new Map<string, Buffer>();
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const path = decodeURIComponent((request.url ?? '/').slice(1).split('?')[0] ?? '');
    if (request.method === 'PUT') return publish(path, request);
    const tarball = tarballs.get(path);
    if (tarball !== undefined) return { status: 200, body: tarball };
    const found = packuments.get(path);
    return found === undefined ? { status: 404, body: { error: 'Not found' } } : { status: 200, body: found };
  };
  const publish = async (name: string, request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const { _attachments: attachments = {}, ...body } = JSON.parse(await text(request)) as Packument;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: { error: 'who are you?' } };
    const before = packuments.get(name);
    const taken = Object.keys(body.versions).filter((version) => before?.versions[version] !== undefined);
    if (taken.length > 0) return { status: 403, body: { error: `${taken.join()} is there already` } };
    for (const [file, { data }] of Object.entries(attachments)) {
      const bytes = Buffer.from(data, 'base64');
      const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
      const right = Object.values(body.versions).some(({ dist }) => dist.integrity === integrity);
      if (!right) return { status: 400, body: { error: `${file} is not what its version says` } };
      tarballs.set(`${name}/-/${file}`, bytes);
    }
    packuments.set(name, {
      ...body,
      'dist-tags': { ...before?.['dist-tags'], ...body['dist-tags'] },
      versions: { ...before?.versions, ...body.versions },
    });
    return { status: 201, body: { ok: true } };
  };
  const server = await startHttpServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      const raw = Buffer.isBuffer(body);
      response.writeHead(status, { 'content-type': raw ? 'application/octet-stream' : 'application/json' });
      response.end(raw ? body : JSON.stringify(body));
    });
  });
  return {
    published: () => server.requests.filter((line) => line.startsWith('PUT ')).length,
    npmrc: (scope) => `${scope}:registry=http://${server.host}/\n//${server.host}/:_authToken=${TOKEN}\n`,
    stop: () => server.stop(),
  };
}
