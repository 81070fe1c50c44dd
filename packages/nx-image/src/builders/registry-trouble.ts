import type { ErrorCode } from '../errors/codes';

/** The error codes of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, as Go programs print them, and the statuses alone. */
const DENIED =
  /\b(?:UNAUTHORIZED|DENIED|401 Unauthorized|403 Forbidden|authentication required|no basic auth credentials)\b|\bdenied: /i;
const MISSING =
  /\b(?:MANIFEST_UNKNOWN|NAME_UNKNOWN|manifest unknown|name unknown|404 Not Found|not found on any configured)\b/i;
const UNREACHABLE =
  /\b(?:connection refused|connection reset|no such host|no route to host|network is unreachable|host is unreachable|i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|server misbehaving|server gave HTTP response to HTTPS client)\b|\bx509: |\btls: /i;
/** What a proxy answers to CONNECT, Go's programs show by its phrase alone. */
const PROXY = /proxyconnect tcp|": (?:Proxy Authentication Required|Forbidden)\b/;
/** It answers, but not today: too many requests, or an error of its own. */
const BUSY =
  /\bTOOMANYREQUESTS\b|\b(?:status(?: code)?|StatusCode):? (?:from registry )?(?:408|429|5\d\d)\b|\b429 Too Many Requests\b|\b5\d\d \(?(?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Timeout)\b|": (?:Bad Gateway|Service Unavailable|Gateway Timeout)$/i;
/** Over by itself, most of the time. */
const LOST =
  /\b(?:connection reset by peer|broken pipe|unexpected EOF|i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|server closed idle connection|closed pipe|use of closed network connection|connection broken)\b|http2: |\bEOF$/i;
/** What was uploaded a moment ago is out of sight while another build puts the same again: distribution writes in place that it is there. */
const UNSEEN = /\bMANIFEST_BLOB_UNKNOWN\b|\bmanifest blob unknown\b/i;

export type RegistryTrouble =
  Extract<ErrorCode, 'REGISTRY_DENIED' | 'REGISTRY_UNREACHABLE' | 'REGISTRY_ERROR'> | 'missing';

/** What a builder's error text says that a registry did; undefined: nothing that we know. */
export function readRegistryTrouble(text: string): RegistryTrouble | undefined {
  if (PROXY.test(text)) return 'REGISTRY_UNREACHABLE';
  if (DENIED.test(text)) return 'REGISTRY_DENIED';
  if (MISSING.test(text)) return 'missing';
  if (BUSY.test(text)) return 'REGISTRY_ERROR';
  if (UNREACHABLE.test(text) || LOST.test(text)) return 'REGISTRY_UNREACHABLE';
  return undefined;
}

/** Whether the trouble may be over in a moment: what was refused, is missing or is not trusted will be so again. */
export function isPassingTrouble(text: string): boolean {
  return BUSY.test(text) || UNSEEN.test(text) || (LOST.test(text) && !DENIED.test(text) && !MISSING.test(text));
}
