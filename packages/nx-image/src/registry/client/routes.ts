import { Agent as HttpAgent, type AgentOptions, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { findCertificateAuthorities } from '../../process/certificate-authorities';
import { findProxy, type Proxy } from './proxy';
import { openTunnel } from './tunnel';

/** How a request gets to a URL. */
export interface Route {
  readonly agent: HttpAgent;
  /** Whether the next hop is spoken to over TLS. */
  readonly secure: boolean;
  readonly proxy: Proxy | undefined;
  /** What to ask whom: of a proxy for plain HTTP the whole URL, else the host for the path. */
  readonly target: {
    readonly host: string;
    readonly port: number;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

export type FindRoute = (url: URL) => Promise<Route>;

export interface RouteOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `host[:port]` whose certificates are not looked at. */
  readonly unverified: readonly string[];
  /** Milliseconds until a connection stands. */
  readonly connect: number;
}

const KEPT: AgentOptions = { keepAlive: true, maxSockets: 16, maxFreeSockets: 16 };

/** Connections of one client: kept alive, so that a batch pays for a handshake once; idle ones keep no process alive. */
export function createRoutes({ env, unverified, connect }: RouteOptions): FindRoute {
  const agents = new Map<string, HttpAgent>();
  const agentOf = (key: string, create: () => HttpAgent): HttpAgent => {
    let agent = agents.get(key);
    if (agent === undefined) agents.set(key, (agent = create()));
    return agent;
  };
  let trusted: Promise<SecureContext> | undefined;
  const trust = () => (trusted ??= createTrust(env));
  const isVerified = (url: URL) => !unverified.some((registry) => hostOf(registry) === url.host);

  return async (url) => {
    const proxy = findProxy(url, env);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
    const direct = { host, port, path: `${url.pathname}${url.search}` };
    if (url.protocol === 'https:') {
      const secureContext = await trust();
      const rejectUnauthorized = isVerified(url);
      const options = { ...KEPT, secureContext, rejectUnauthorized };
      const agent = agentOf(`https ${rejectUnauthorized} ${proxy?.url.href ?? ''}`, () =>
        proxy === undefined
          ? new HttpsAgent(options)
          : new TunnelAgent(KEPT, (to) =>
              openTunnel({ ...to, proxy, secureContext, rejectUnauthorized, timeout: connect }),
            ),
      );
      return { agent, secure: true, proxy, target: direct };
    }
    if (proxy === undefined) {
      return { agent: agentOf('http', () => new HttpAgent(KEPT)), secure: false, proxy, target: direct };
    }
    const secure = proxy.url.protocol === 'https:';
    const secureContext = secure ? await trust() : undefined;
    return {
      agent: agentOf(`http ${proxy.url.href}`, () =>
        secureContext === undefined ? new HttpAgent(KEPT) : new HttpsAgent({ ...KEPT, secureContext }),
      ),
      secure,
      proxy,
      target: {
        host: proxy.url.hostname.replace(/^\[|\]$/g, ''),
        port: proxy.url.port === '' ? (secure ? 443 : 80) : Number(proxy.url.port),
        path: `${url.origin}${url.pathname}${url.search}`,
        headers: {
          host: url.host,
          ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
        },
      },
    };
  };
}

type Open = (to: { readonly host: string; readonly port: number }) => Promise<Duplex>;

class TunnelAgent extends HttpsAgent {
  constructor(
    options: AgentOptions,
    private readonly open: Open,
  ) {
    super(options);
  }

  /** Node calls it with a callback where it answers nothing: https://nodejs.org/api/http.html#agentcreateconnectionoptions-callback */
  override createConnection(
    options: RequestOptions,
    callback: (error: Error | null, socket?: Duplex) => void,
  ): undefined {
    this.open({ host: options.host ?? '', port: Number(options.port) }).then(
      (socket) => {
        callback(null, socket);
      },
      (error: unknown) => {
        callback(error as Error);
      },
    );
  }
}

/** As a URL has it: without the port that goes without saying. */
function hostOf(registry: string): string {
  return URL.canParse(`https://${registry}`) ? new URL(`https://${registry}`).host : registry;
}

/** Node's own list counts only where the machine has none: one that lacks an authority does so on purpose. */
async function createTrust(env: RouteOptions['env']): Promise<SecureContext> {
  const authorities = await findCertificateAuthorities(env);
  return createSecureContext({ ca: authorities?.pem ?? [...rootCertificates] });
}
