import type { Complaint } from './problem';
import { quoted } from './quoted';

const MAX_LENGTH = 1024;

/** `./deploy//Dockerfile` → `deploy/Dockerfile`; `.` for the source's root. Only for what `checkPath` lets through. */
export function normalPath(path: string): string {
  return resolveDots(path).join('/') || '.';
}

/** What is wrong with a path below the source's root: relative, `/` separated, never out of it. */
export function checkPath(path: string): Complaint | undefined {
  const hint = "Write a path relative to the source's root, as `deploy/Dockerfile`.";
  if (path.includes('://'))
    return { what: 'a URL is no path', hint: 'Name the repository in `upstream_repo`, and here a path inside it.' };
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\0-\x1f\x7f]/.test(path)) return { what: 'a path holds no line breaks or control characters', hint };
  if (path.length > MAX_LENGTH) return { what: `the path is longer than ${MAX_LENGTH} characters`, hint };
  if (path.includes('\\')) return { what: `${quoted(path)} holds a backslash`, hint: 'Separate directories by `/`.' };
  if (path.startsWith('/')) return { what: `${quoted(path)} is an absolute path`, hint };
  const parts = resolveDots(path);
  if (parts[0] === '..')
    return { what: `${quoted(path)} leads out of the source`, hint: "Keep to what is below the source's root." };
  if (parts[0]?.startsWith('-') === true) {
    return { what: `${quoted(path)} begins with \`-\`, as options do`, hint: 'Rename the file or directory.' };
  }
  return undefined;
}

/** As `checkPath`, and it names a file. */
export function checkFilePath(path: string): Complaint | undefined {
  const complaint = checkPath(path);
  if (complaint !== undefined) return complaint;
  return path.endsWith('/') || /(?:^|\/)\.{1,2}$/.test(path)
    ? {
        what: `${quoted(path)} names a directory, not a file`,
        hint: "Write the path with the file's name, as `deploy/Dockerfile`.",
      }
    : undefined;
}

/** Leading `..` stay. */
function resolveDots(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const last = parts.at(-1);
    if (part === '..' && last !== undefined && last !== '..') parts.pop();
    else parts.push(part);
  }
  return parts;
}
