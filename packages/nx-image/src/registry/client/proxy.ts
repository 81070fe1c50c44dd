import { BlockList, isIP } from 'node:net';
import { HephyError } from '../../errors/hephy-error';
import { isLoopback } from '../../oci/reference';

type Env = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  /** `http:` or `https:`, without user and password. */
  readonly url: URL;
  /** Proxy-Authorization; a secret. */
  readonly authorization: string | undefined;
  /** The variable that named it. */
  readonly variable: string;
}

/**
 * The proxy for a URL, as Go's programs (Kaniko, buildah, manifest-tool) find it: https://pkg.go.dev/golang.org/x/net/http/httpproxy. Upper case goes before lower
 * case; loopback is never asked through a proxy. One rule for all parts of a run.
 * @throws HephyError PROXY_INVALID
 */
export function findProxy(url: URL, env: Env): Proxy | undefined {
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const variable = names.find((name) => isGiven(env[name]));
  if (variable === undefined || isLoopback(url.host)) return undefined;
  const exceptions = [env.NO_PROXY, env.no_proxy].find(isGiven) ?? '';
  return isExcepted(url, exceptions) ? undefined : parseProxy(env[variable] ?? '', variable);
}

/** The passwords of the proxies: what no log may show. */
export function proxySecrets(env: Env): readonly string[] {
  return ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].flatMap((name) => {
    const [, user = '', password = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/@:]*):([^/]*)@/i.exec(env[name] ?? '') ?? [];
    if (password === '') return [];
    const plain = decode(password);
    return [password, plain, Buffer.from(`${decode(user)}:${plain}`).toString('base64')];
  });
}

function parseProxy(text: string, variable: string): Proxy {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim()) ? text.trim() : `http://${text.trim()}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || url.hostname === '' || !['http:', 'https:'].includes(url.protocol)) {
    throw new HephyError('PROXY_INVALID', `${variable} names no proxy that can be used`, {
      hint: 'Write it as http://host:port or http://user:password@host:port, special characters of the password as %XX. SOCKS is not spoken.',
    });
  }
  const { username, password } = url;
  const authorization =
    username === '' ? undefined : `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')}`;
  return { url: new URL(`${url.protocol}//${url.host}`), authorization, variable };
}

function isExcepted(url: URL, exceptions: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return exceptions
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry === '*' || (entry !== '' && matches(entry, host, port)));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isInSubnet(host, entry);
  // An IPv6 address without brackets has no port.
  const [, authority = entry, wanted] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  const name = authority.replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
  if (name === '' || (wanted !== undefined && wanted !== port)) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && isInSubnet(host, `${name}/${name.includes(':') ? 128 : 32}`);
  // `.example.com` is what lies below it, `example.com` itself too.
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function isInSubnet(host: string, subnet: string): boolean {
  const [address = '', bits = ''] = subnet.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (isIP(address) === 0 || isIP(host) === 0 || !(length <= (family === 'ipv6' ? 128 : 32))) return false;
  const list = new BlockList();
  list.addSubnet(address, length, family);
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
