import { request } from 'node:http';
import { startHttpServer } from '../../../nx-image/testing/http-server';

export interface ForbiddingRegistry {
  readonly host: string;
  stop(): Promise<void>;
}

const DENIED = JSON.stringify({
  errors: [{ code: 'DENIED', message: 'User: tester is not authorized to perform: PutImage' }],
});

/** The registry at `host`, for somebody who may read it and not write to it. */
export async function startForbidding(host: string): Promise<ForbiddingRegistry> {
  return startHttpServer((incoming, response) => {
    const { method, url, headers } = incoming;
    if (method !== 'GET' && method !== 'HEAD') {
      incoming.resume();
      response.writeHead(403, { 'content-type': 'application/json' }).end(DENIED);
      return;
    }
    request(`http://${host}${url ?? ''}`, { method, headers: { accept: headers.accept ?? '*/*' } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    }).end();
  });
}
