import { startHttpServer } from '../../../nx-image/testing/http-server';
import { passOn } from '../../../nx-image/testing/meet-fault';

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
    if (incoming.method === 'GET' || incoming.method === 'HEAD') {
      void passOn(incoming, response, host);
      return;
    }
    incoming.resume();
    response.writeHead(403, { 'content-type': 'application/json' }).end(DENIED);
  });
}
