import type { Credential } from '../registry';

/** RFC 7617, as UTF-8. */
export function basicHeader({ username, password }: Credential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
