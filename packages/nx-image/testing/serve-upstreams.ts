import { join } from 'node:path';
import type { ProcessSpec } from '../src/process/process';
import { runProcess } from '../src/process/run-process';
import type { GitAccess } from '../src/source/run-git';
import type { RepositoryFiles } from './git-repository';
import { serveGit, type ServedGit, type ServedRepository } from './git-server';

export interface ServedUpstreams extends ServedGit {
  /** Of a user who has configured nothing. */
  readonly env: Readonly<Record<string, string>>;
  readonly git: GitAccess;
  /** What `git` has started in this test, or since it was last emptied. */
  readonly started: ProcessSpec[];
  /** With a store of its own, where nothing is yet. */
  readonly newRepository: (files?: RepositoryFiles) => ServedRepository & { readonly store: string };
}

/** A git server for all tests of a file, which begins each test well-disposed, and a user who reads from it. */
export function serveUpstreams(): ServedUpstreams {
  const served = serveGit();
  const { base, server } = served;
  const env = { PATH: process.env.PATH ?? '', HOME: base, GIT_CONFIG_NOSYSTEM: '1' };
  const started: ProcessSpec[] = [];
  const run: GitAccess['runProcess'] = (spec) => {
    started.push(spec);
    return runProcess(spec);
  };
  beforeEach(() => {
    server().forget();
    server().refuseIds(false);
    server().demand(undefined);
    server().watch(() => undefined);
    started.length = 0;
  });
  const newRepository = (files?: RepositoryFiles) => {
    const repository = served.newRepository(files);
    return { ...repository, store: join(base, repository.name) };
  };
  return { ...served, env, git: { env, runProcess: run }, started, newRepository };
}
