import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A file's content; its mode is 0644 unless it says `executable`, a `link` is symbolic, a `submodule` is a commit elsewhere. */
export type RepositoryFile =
  string | Uint8Array | { readonly executable: string } | { readonly link: string } | { readonly submodule: string };

export type RepositoryFiles = Readonly<Record<string, RepositoryFile>>;

export interface MadeRepository {
  readonly directory: string;
  /** Adds a commit with exactly these files to a branch (default `main`) and answers its id. */
  readonly commit: (files: RepositoryFiles, branch?: string) => string;
  /** A lightweight tag, or with a message an annotated one. */
  readonly tag: (name: string, commit: string, message?: string) => void;
  readonly git: (...args: readonly string[]) => string;
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@localhost',
  GIT_AUTHOR_DATE: '2024-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@localhost',
  GIT_COMMITTER_DATE: '2024-01-01T00:00:00Z',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** Runs git without the machine's configuration. */
export function gitIn(cwd: string, args: readonly string[], input?: string | Buffer): string {
  return execFileSync('git', args, {
    cwd,
    env: { PATH: process.env.PATH, ...AUTHOR },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  })
    .toString()
    .trim();
}

/** A bare repository `<parent>/<name>.git` with one commit on `main`, where files are given. The same files, the same commit. */
export function makeRepository(parent: string, name: string, files?: RepositoryFiles): MadeRepository {
  const directory = join(parent, `${name}.git`);
  gitIn(parent, ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
  const git = (...args: readonly string[]) => gitIn(directory, args);
  const repository: MadeRepository = {
    directory,
    git,
    commit: (content, branch = 'main') => {
      gitIn(directory, ['fast-import', '--quiet'], importStream(content, branch, hasBranch(directory, branch)));
      return git('rev-parse', `refs/heads/${branch}`);
    },
    tag: (tag, commit, message) => {
      git('tag', ...(message === undefined ? [] : ['-a', '-m', message]), tag, commit);
    },
  };
  if (files !== undefined) repository.commit(files);
  return repository;
}

function hasBranch(directory: string, branch: string): boolean {
  return gitIn(directory, ['for-each-ref', `refs/heads/${branch}`]) !== '';
}

/** https://git-scm.com/docs/git-fast-import: paths quoted as C strings. */
function importStream(files: RepositoryFiles, branch: string, goesOn: boolean): Buffer {
  const parts: Buffer[] = [];
  const say = (text: string) => parts.push(Buffer.from(text));
  const data = (bytes: Buffer) => {
    say(`data ${bytes.length}\n`);
    parts.push(bytes);
    say('\n');
  };
  say(`commit refs/heads/${branch}\ncommitter Test <test@localhost> 1704067200 +0000\n`);
  data(Buffer.from('made by a test'));
  if (goesOn) say(`from refs/heads/${branch}^0\n`);
  say('deleteall\n');
  for (const [path, file] of Object.entries(files)) {
    const quoted = JSON.stringify(path);
    if (typeof file === 'object' && 'submodule' in file) {
      say(`M 160000 ${file.submodule} ${quoted}\n`);
      continue;
    }
    const plain = typeof file === 'string' || file instanceof Uint8Array;
    const mode = plain ? '100644' : 'link' in file ? '120000' : '100755';
    say(`M ${mode} inline ${quoted}\n`);
    data(Buffer.from(plain ? file : 'link' in file ? file.link : file.executable));
  }
  return Buffer.concat(parts);
}
