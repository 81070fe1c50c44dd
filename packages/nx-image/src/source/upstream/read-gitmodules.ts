import { quoted } from '../../config/quoted';
import { HephyError } from '../../errors/hephy-error';
import { splitNul } from '../decode-path';
import { lastLines } from '../run-git';
import { commitPath } from './fetch-commit';
import { readEntry, type CommitAccess } from './read-tree';
import { runUpstreamGit } from './upstream-git';

export interface DeclaredSubmodule {
  readonly url: string | undefined;
  /** `update = none`: git itself leaves its directory empty. */
  readonly unwanted: boolean;
}

const MOST_BYTES = 1024 * 1024;

/**
 * What the commit's `.gitmodules` declares, by path. It is read as data: names are no directories of ours, `update` commands are not run, includes are not followed.
 * @throws HephyError SUBMODULE_INVALID
 */
export async function readGitmodules(access: CommitAccess, repo: string): Promise<Map<string, DeclaredSubmodule>> {
  const entry = await readEntry(access, '.gitmodules');
  if (entry === undefined) return new Map();
  if (!entry.mode.startsWith('100') || entry.size > MOST_BYTES) {
    throw invalid(repo, entry.size > MOST_BYTES ? 'is larger than 1 MiB' : 'is no file');
  }
  const end = await runUpstreamGit(access, {
    arguments: ['config', `--blob=${entry.id}`, '--no-includes', '--null', '--list'],
    repository: commitPath(access.store, access.commit),
  });
  if (end.exitCode !== 0) throw invalid(repo, `cannot be read: ${lastLines(end.stderr, 1)}`);
  return byPath(splitNul(end.stdout).map(parse), repo);
}

interface Setting {
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

/** `submodule.<name>.<key>\n<value>`; a name may hold anything but a line feed. */
function parse(bytes: Buffer): Setting {
  const text = bytes.toString();
  const end = text.indexOf('\n');
  const [, name = '', key = ''] = /^submodule\.(.*)\.([^.]*)$/s.exec(end === -1 ? text : text.slice(0, end)) ?? [];
  return { name, key, value: end === -1 ? '' : text.slice(end + 1) };
}

function byPath(settings: readonly Setting[], repo: string): Map<string, DeclaredSubmodule> {
  const names = new Map<string, Map<string, string>>();
  for (const { name, key, value } of settings) {
    if (!['path', 'url', 'update'].includes(key)) continue;
    const keys = names.get(name) ?? new Map<string, string>();
    if (keys.has(key) && keys.get(key) !== value) throw invalid(repo, `says two things of ${quoted(name)}`);
    names.set(name, keys.set(key, value));
  }
  const declared = new Map<string, DeclaredSubmodule>();
  for (const [name, keys] of names) {
    const path = keys.get('path');
    if (path === undefined) continue;
    // What git calls suspicious and skips: CVE-2018-11235, CVE-2018-17456.
    const bad = [name, path].find((one) => one.startsWith('-') || one.split(/[/\\]/).includes('..'));
    if (bad !== undefined) throw invalid(repo, `has the name or path ${quoted(bad)}`);
    if (declared.has(path)) throw invalid(repo, `declares ${quoted(path)} twice`);
    declared.set(path, { url: keys.get('url'), unwanted: keys.get('update') === 'none' });
  }
  return declared;
}

function invalid(repo: string, what: string): HephyError {
  return new HephyError('SUBMODULE_INVALID', `.gitmodules of ${repo} ${what}`, {
    hint: 'Take another `upstream_ref`, or name the submodules in .dockerignore if the build does without them.',
  });
}
