const MASK = '***';

/** Credentials inside URLs, and the headers that carry them. */
const PATTERNS: readonly [RegExp, string][] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+(?::[^\s/@]*)?@/gi, `$1${MASK}@`],
  [/\b(authorization:\s*(?:basic|bearer)\s+)[^\s"']+/gi, `$1${MASK}`],
  [/([?&](?:x-amz-[a-z-]+|token|access_token|sig|signature)=)[^&\s"']+/gi, `$1${MASK}`],
];

/** The text without secrets: `known` values wherever they stand, and whatever looks like a credential. */
export function redact(text: string, known: Iterable<string> = []): string {
  let clean = text;
  for (const secret of known) if (secret.length >= 4) clean = clean.replaceAll(secret, MASK);
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}
