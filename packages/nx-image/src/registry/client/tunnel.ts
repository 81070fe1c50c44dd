import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { Proxy } from './proxy';

/** The proxy did not let us through, or is not there. */
export class ProxyTrouble extends Error {
  constructor(
    readonly proxy: Proxy,
    /** HTTP's status; undefined: no answer. */
    readonly status: number | undefined,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface TunnelOptions {
  readonly proxy: Proxy;
  readonly host: string;
  readonly port: number;
  /** Milliseconds until TLS stands. */
  readonly timeout: number;
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

/** TLS to the host through the proxy's CONNECT: https://www.rfc-editor.org/rfc/rfc9110#CONNECT */
export async function openTunnel(options: TunnelOptions): Promise<TLSSocket> {
  const { proxy, host, port, timeout, secureContext, rejectUnauthorized } = options;
  const deadline = performance.now() + timeout;
  const socket = await connectThrough(proxy, `${host.includes(':') ? `[${host}]` : host}:${port}`, options);
  return new Promise((resolve, reject) => {
    const secure = connectTls({
      socket,
      secureContext,
      rejectUnauthorized,
      ...(isIP(host) === 0 ? { servername: host } : { host }),
      ALPNProtocols: ['http/1.1'],
    });
    const timer = setTimeout(
      () => {
        secure.destroy(timedOut(`no connection stood through the proxy for ${timeout} ms`));
      },
      Math.max(1, deadline - performance.now()),
    );
    secure.once('close', () => {
      clearTimeout(timer);
    });
    secure.once('error', reject);
    secure.once('secureConnect', () => {
      clearTimeout(timer);
      secure.off('error', reject);
      resolve(secure);
    });
  });
}

function connectThrough(proxy: Proxy, authority: string, options: TunnelOptions): Promise<Socket> {
  const { url, authorization } = proxy;
  const secure = url.protocol === 'https:';
  const request: RequestOptions & { secureContext?: SecureContext } = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    method: 'CONNECT',
    path: authority,
    agent: false,
    headers: {
      host: authority,
      ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    },
    ...(secure ? { secureContext: options.secureContext } : {}),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? requestHttps : requestHttp)(request);
    const timer = setTimeout(() => {
      outgoing.destroy(timedOut(`the proxy did not answer for ${options.timeout} ms`));
    }, options.timeout);
    const settle = () => {
      clearTimeout(timer);
    };
    outgoing.once('connect', (response, socket) => {
      settle();
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new ProxyTrouble(proxy, status, `it answers CONNECT ${authority} with HTTP ${status}`));
    });
    outgoing.once('error', (error) => {
      settle();
      reject(new ProxyTrouble(proxy, undefined, error.message, { cause: error }));
    });
    outgoing.end();
  });
}

function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}
