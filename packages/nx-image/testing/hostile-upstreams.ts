import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import type { GitAccess } from '../src/source/run-git';
import { fetchCommit } from '../src/source/upstream/fetch-commit';
import type { UpstreamCommit } from '../src/source/upstream/fetch-submodule';
import { listUpstream, type UpstreamListing } from '../src/source/upstream/list-upstream';
import { materialiseUpstream } from '../src/source/upstream/materialise-upstream';
import { serveGit, type ServedGit, type ServedRepository } from './git-server';

export interface HostileUpstreams extends Omit<ServedGit, 'base'> {
  /** What the upstream says would make this file, and nothing may: after each test its directory is empty. */
  readonly canary: string;
  readonly canaries: string;
  /** Where alone something may be written. */
  readonly stores: string;
  /** Of a user who has programs configured for everything that an upstream may name. */
  readonly git: GitAccess & { readonly env: Readonly<Record<string, string>> };
  /** The main of a repository, in a new store, fetched with these variables besides. */
  readonly fetchMain: (
    repository: ServedRepository,
    more?: Readonly<Record<string, string>>,
  ) => Promise<UpstreamCommit>;
  readonly list: (
    repository: ServedRepository,
    dockerignore?: string,
  ) => Promise<{ readonly commit: UpstreamCommit; readonly listing: UpstreamListing }>;
  /** Answers where the copy is. */
  readonly materialise: (repository: ServedRepository) => Promise<string>;
}

/** A git server for upstreams of bad will, for all tests of a file: after each, nothing of theirs has run, and nothing is written but into the stores. */
export function serveHostileUpstreams(): HostileUpstreams {
  const { base, ...served } = serveGit();
  const canaries = join(base, 'canaries');
  const canary = join(canaries, 'ran');
  const stores = join(base, 'stores');
  const home = join(base, 'home');
  beforeAll(() => {
    for (const directory of [canaries, stores, home]) mkdirSync(directory);
  });
  afterEach(() => {
    expect(readdirSync(canaries)).toEqual([]);
    expect(readdirSync(base).sort()).toEqual(['canaries', 'home', 'stores']);
    expect(readdirSync(home)).toEqual([]);
  });
  const env = {
    ...{ PATH: process.env.PATH ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
    ...configuration({
      'filter.evil.smudge': `touch ${canary}`,
      'filter.evil.process': `touch ${canary}`,
      'filter.lfs.smudge': `touch ${canary}`,
      'filter.lfs.process': `touch ${canary}`,
      'diff.evil.textconv': `touch ${canary}`,
      'merge.evil.driver': `touch ${canary}`,
    }),
  };

  const fetchMain: HostileUpstreams['fetchMain'] = async ({ url, git }, more) => {
    const commit = git('rev-parse', 'refs/heads/main');
    const found = { env: { ...env, ...more }, runProcess, store: mkdtempSync(join(stores, 's-')), repo: url, commit };
    await fetchCommit({ ...found, name: undefined });
    return found;
  };
  const list: HostileUpstreams['list'] = async (repository, dockerignore) => {
    const commit = await fetchMain(repository);
    const own = dockerignore === undefined ? {} : { dockerignore: { text: dockerignore, file: 'image/.dockerignore' } };
    return { commit, listing: await listUpstream({ ...commit, contextPath: '.', dockerfilePath: undefined, ...own }) };
  };
  const materialise: HostileUpstreams['materialise'] = async (repository) => {
    const { commit, listing } = await list(repository);
    return materialiseUpstream({ ...commit, listing, to: join(stores, 'contexts') });
  };
  return { ...served, canary, canaries, stores, git: { env, runProcess }, fetchMain, list, materialise };
}

/** As git takes it from the environment. */
function configuration(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(values).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(Object.keys(values).length), ...(Object.fromEntries(entries) as object) };
}
