import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ImmutableRegistry {
  readonly host: string;
  /** Tags in the order in which they were put, refused ones apart. */
  readonly written: readonly string[];
  stop(): Promise<void>;
}

/** How a registry says that a tag is immutable. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const ECR: Refusal = {
  status: 400,
  code: 'TAG_INVALID',
  message:
    "The image tag already exists in the 'team/images' repository and cannot be overwritten because the tag is immutable.",
};

/** The registry at `host` as ECR has it with immutable tags: a tag is written once, what is exempt by its name apart; nothing is deleted by this API. */
export async function startImmutableRegistry(
  host: string,
  exempt?: RegExp,
  refusal: Refusal = ECR,
): Promise<ImmutableRegistry> {
  const written: string[] = [];
  const server = createServer((incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const refuse = (status: number, code: string, message: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code, message }] }));
    };
    const pass = (body: Buffer): void => {
      const outgoing = request(`http://${host}${url}`, { method, headers: { ...headers, host } }, (answered) => {
        response.writeHead(answered.statusCode ?? 500, answered.headers);
        answered.pipe(response);
      });
      outgoing.once('error', () => response.destroy());
      outgoing.end(body);
    };
    const answer = async (): Promise<void> => {
      const body = await buffer(incoming);
      const tag = /\/manifests\/([^:]+)$/.exec(url)?.[1];
      if (method === 'DELETE' && url.includes('/manifests/'))
        refuse(405, 'UNSUPPORTED', 'The operation is unsupported.');
      else if (method === 'PUT' && tag !== undefined && exempt?.test(tag) !== true && (await exists(host, url))) {
        refuse(refusal.status, refusal.code, refusal.message);
      } else {
        if (method === 'PUT' && tag !== undefined) written.push(tag);
        pass(body);
      }
    };
    // Who asked may have been killed meanwhile.
    answer().catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    written,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function exists(host: string, url: string): Promise<boolean> {
  const { status } = await fetch(`http://${host}${url}`, {
    method: 'HEAD',
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json' },
  });
  return status === 200;
}
