const LOST = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EAI_AGAIN']);

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
  return LOST.has(codeOf(error));
}

export function describeNetworkError(error: unknown): string {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (message === '') return code;
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

/** What to do about it; undefined for what we have no advice on. */
export function hintForNetworkError(error: unknown, registry: string): string | undefined {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return `Nothing listens at ${registry}: start the registry, or correct its address.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `The name of ${registry} does not resolve here: correct the address, or the machine's DNS.`;
  }
  if (PLAIN_HTTP.has(code)) {
    return `${registry} seems to speak plain HTTP: name it as an insecure registry, or put TLS before it.`;
  }
  if (UNTRUSTED.has(code)) {
    return `The certificate of ${registry} is signed by nobody known here: set NODE_EXTRA_CA_CERTS to the file of its CA.`;
  }
  if (code === 'CERT_HAS_EXPIRED') return `Renew the certificate of ${registry}.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate is for another host than ${registry}.`;
  if (LOST.has(code)) return `Check the network between here and ${registry}.`;
  return undefined;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
