import type { ErrorCode } from '../errors/codes';

/** The error codes of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, as Go programs print them, and the statuses alone. */
const DENIED =
  /\b(?:UNAUTHORIZED|DENIED|401 Unauthorized|403 Forbidden|authentication required|no basic auth credentials)\b|\bdenied: /i;
const MISSING =
  /\b(?:MANIFEST_UNKNOWN|NAME_UNKNOWN|manifest unknown|name unknown|404 Not Found|not found on any configured)\b/i;
const UNREACHABLE =
  /\b(?:connection refused|connection reset|no such host|no route to host|network is unreachable|host is unreachable|i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|server misbehaving|server gave HTTP response to HTTPS client)\b|\bx509: |\btls: |\b50[234] (?:Bad Gateway|Service Unavailable|Gateway Timeout)\b/i;

export type RegistryTrouble = Extract<ErrorCode, 'REGISTRY_DENIED' | 'REGISTRY_UNREACHABLE'> | 'missing';

/** What a builder's error text says that a registry did; undefined: nothing that we know. */
export function readRegistryTrouble(text: string): RegistryTrouble | undefined {
  if (DENIED.test(text)) return 'REGISTRY_DENIED';
  if (MISSING.test(text)) return 'missing';
  if (UNREACHABLE.test(text)) return 'REGISTRY_UNREACHABLE';
  return undefined;
}
