import { createHash } from 'node:crypto';

/** As a context's listing has it; `content` of a file: the sha256 of its bytes, in hex. */
export interface FingerprintedEntry {
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'symlink' | 'directory';
  readonly content: string;
}

export interface FingerprintedListing {
  readonly entries: readonly FingerprintedEntry[];
}

const SHA256 = /^[0-9a-f]{64}$/;
/** What a line cannot hold, or what programs write differently in one. */
const UNLISTABLE = /[\n\r\0]/;

/**
 * 64 hex over names, executable bits, links with their targets and contents: what FINGERPRINT_SHELL answers of the directory that holds exactly these. One line for each, sorted
 * bytewise: `f <sha256>  ./<path>`, `x …` where its owner may run it, `l ./<path>//<target>`.
 * Not of listings with `git:` contents: nobody has seen those bytes.
 */
export function contextFingerprint({ entries }: FingerprintedListing): string {
  const lines = entries.flatMap((entry) => lineOf(entry) ?? []).map((line) => Buffer.from(`${line}\n`));
  const hash = createHash('sha256');
  for (const line of lines.sort((a, b) => Buffer.compare(a, b))) hash.update(line);
  return hash.digest('hex');
}

/** The first entry that the shell could not tell from others; undefined: there is none. */
export function findUnlistable<T extends FingerprintedEntry>(listing: {
  readonly entries: readonly T[];
}): T | undefined {
  return listing.entries.find(
    ({ path, kind, content }) => UNLISTABLE.test(path) || (kind === 'symlink' && UNLISTABLE.test(content)),
  );
}

function lineOf({ path, kind, content }: FingerprintedEntry): string | undefined {
  if (UNLISTABLE.test(path)) throw new Error(`no line can hold the name ${JSON.stringify(path)}`);
  switch (kind) {
    case 'directory':
      return undefined;
    case 'symlink':
      if (UNLISTABLE.test(content)) throw new Error(`no line can hold the target ${JSON.stringify(content)}`);
      return `l ./${path}//${content}`;
    case 'file':
    case 'executable':
      if (!SHA256.test(content)) throw new Error(`${path} has no sha256: ${content}`);
      return `${kind === 'file' ? 'f' : 'x'} ${content}  ./${path}`;
  }
}

/**
 * A function of POSIX sh that prints the fingerprint of the directory $1: of what is there, so that a file too many, or one of another type, changes it. Directories do not count.
 * GNU's sha256sum begins a line with `\` where the name holds one, and doubles it; busybox does not.
 */
export const FINGERPRINT_SHELL = String.raw`hephy_fingerprint() (
  LC_ALL=C
  export LC_ALL
  cd -- "$1" || exit 1
  {
    find . -type f ! -perm -100 -exec sha256sum {} + | sed -e '/^\\/{s/^.//;s/\\\\/\\/g;}' -e 's/^/f /'
    find . -type f -perm -100 -exec sha256sum {} + | sed -e '/^\\/{s/^.//;s/\\\\/\\/g;}' -e 's/^/x /'
    find . -type l | while IFS= read -r hephy_link; do
      printf 'l %s//%s\n' "$hephy_link" "$(readlink "$hephy_link")"
    done
    find . ! -type f ! -type l ! -type d | sed 's/^/? /'
  } | sort | sha256sum | cut -c 1-64
)`;
