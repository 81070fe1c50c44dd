import type { ProcessSpec } from '../src/process/process';
import { runProcess } from '../src/process/run-process';
import type { GitAccess } from '../src/source/run-git';
import { makeDirectories, write, type Directories } from './directories';
import { gitIn } from './git-repository';

export interface Checkouts extends Directories {
  /** Of a user who has configured nothing. */
  readonly git: GitAccess;
  /** What `git` has started in this test. */
  readonly started: readonly ProcessSpec[];
  /** A clone with one commit of a few files. */
  readonly newCheckout: () => string;
  /** Adds a submodule to a checkout, and commits it. */
  readonly addSubmodule: (root: string, from: string, path: string) => void;
}

/** As a user must say it where submodules are directories. */
export const OF_DIRECTORIES = ['-c', 'protocol.file.allow=always'];

/** Checkouts for the tests of a file, gone after them. */
export function makeCheckouts(): Checkouts {
  const { base, newDirectory } = makeDirectories();
  const started: ProcessSpec[] = [];
  beforeEach(() => {
    started.length = 0;
  });
  const git: GitAccess = {
    env: { PATH: process.env.PATH, HOME: base, GIT_CONFIG_NOSYSTEM: '1' },
    runProcess: (spec) => {
      started.push(spec);
      return runProcess(spec);
    },
  };
  const newCheckout = () => {
    const root = newDirectory();
    gitIn(root, ['init', '-q']);
    write(root, 'images/a/Dockerfile', 'FROM scratch\n');
    write(root, 'images/a/run.sh', 'true\n');
    write(root, 'other/file', 'x\n');
    write(root, '.gitignore', 'ignored\n');
    gitIn(root, ['add', '.']);
    gitIn(root, ['commit', '-q', '-m', 'first']);
    return root;
  };
  const addSubmodule = (root: string, from: string, path: string) => {
    gitIn(root, [...OF_DIRECTORIES, 'submodule', '--quiet', 'add', from, path]);
    gitIn(root, ['commit', '-q', '-m', 'part']);
  };
  return { base, newDirectory, git, started, newCheckout, addSubmodule };
}
