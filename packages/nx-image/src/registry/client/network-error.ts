import { ProxyTrouble } from './tunnel';

const LOST = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE']);

const PLAIN_HTTP = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The connection stood, or may stand the next time; a refused one will be refused again. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof ProxyTrouble) {
    return error.status === undefined ? LOST.has(codeOf(error.cause)) : [502, 503, 504].includes(error.status);
  }
  return LOST.has(codeOf(error));
}

export function describeNetworkError(error: unknown): string {
  if (error instanceof ProxyTrouble) {
    const { proxy, status, cause } = error;
    return `the proxy ${proxy.url.origin} (${proxy.variable}): ${status === undefined ? describeNetworkError(cause) : error.message}`;
  }
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (message === '') return code;
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

/** What to do about it; undefined for what we have no advice on. */
export function hintForNetworkError(error: unknown, registry: string): string | undefined {
  if (error instanceof ProxyTrouble) return hintForProxy(error, registry);
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return `Nothing listens at ${registry}: start the registry, or correct its address.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `The name of ${registry} does not resolve here: correct the address, or the machine's DNS. Behind a proxy, set HTTPS_PROXY.`;
  }
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') {
    return `There is no route from here to ${registry}: check the network. Behind a proxy, set HTTPS_PROXY.`;
  }
  if (PLAIN_HTTP.has(code)) {
    return `${registry} seems to speak plain HTTP: name it in \`insecureRegistries\`, or put TLS before it.`;
  }
  if (code.startsWith('HPE_'))
    return `What ${registry} answers is not HTTP: does it want TLS, or is it another service?`;
  if (UNTRUSTED.has(code)) {
    return `The certificate of ${registry} is signed by nobody known here: set SSL_CERT_FILE to the file of its CA, or name the registry in \`insecureRegistries\`.`;
  }
  if (code === 'CERT_HAS_EXPIRED') return `Renew the certificate of ${registry}.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate is for another host than ${registry}.`;
  if (LOST.has(code)) return `Check the network between here and ${registry}. Behind a proxy, set HTTPS_PROXY.`;
  return undefined;
}

function hintForProxy({ proxy, status }: ProxyTrouble, registry: string): string {
  const { variable, url } = proxy;
  if (status === 407) return `The proxy wants a login: ${variable}=${url.protocol}//user:password@${url.host}`;
  if (status === undefined) {
    return `Correct ${variable}; or, if ${registry} is reached without a proxy, name it in NO_PROXY.`;
  }
  return `The proxy lets nobody through to ${registry}: have it allowed there; or, if it is reached without a proxy, name it in NO_PROXY.`;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
