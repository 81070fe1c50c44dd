import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildConfig, BuilderName } from '../src/config/build-config';
import { runProcess } from '../src/process/run-process';
import { UPSTREAM_ANNOTATION, UPSTREAM_REF_ANNOTATION } from '../src/plan/plan-index';
import type { PrepareResult } from '../src/report/result';
import { once } from '../src/run/once';
import { prepareImage } from '../src/run/prepare-image';
import type { Published } from '../src/run/published';
import type { RunContext } from '../src/run/run-context';
import type { RunEvent } from '../src/run/run-event';
import { readMissingSubmodules } from '../src/source/missing-submodules';
import { fetchCommit } from '../src/source/upstream/fetch-commit';
import { resolveRef } from '../src/source/upstream/resolve-ref';
import { factsOf, imageOf } from '../testing/facts';
import { makeRepository, type RepositoryFiles } from '../testing/git-repository';
import { serveGit } from '../testing/git-server';

const { base, server } = serveGit();

const env = { PATH: process.env.PATH ?? '', HOME: base, GIT_CONFIG_NOSYSTEM: '1' };

/** What `prepare` answers for an image directory of these files, and the notes it gives on the way. */
async function prepare(
  files: Readonly<Record<string, string | { readonly link: string }>>,
  config: Partial<BuildConfig> = {},
  last: RunContext['last'] = () => Promise.resolve(undefined),
  variants: readonly string[] = [],
): Promise<{ readonly result: PrepareResult; readonly notes: readonly string[] }> {
  const workspaceRoot = mkdtempSync(join(base, 'workspace-'));
  mkdirSync(join(workspaceRoot, 'projects/web'), { recursive: true });
  for (const [path, file] of Object.entries(files)) {
    const absolute = join(workspaceRoot, 'projects/web', path);
    mkdirSync(join(absolute, '..'), { recursive: true });
    if (typeof file === 'string') writeFileSync(absolute, file);
    else symlinkSync(file.link, absolute);
  }
  const web = imageOf('web', config);
  const images = [web, ...variants.map((variant) => ({ ...web, name: `web-${variant}`, variant }))] as const;
  const events: RunEvent[] = [];
  const { signal } = new AbortController();
  const context = {
    ...{ workspaceRoot, cacheDirectory: join(workspaceRoot, 'cache'), env, runProcess, signal },
    facts: factsOf(),
    last,
    sources: new Map(),
    upstreamCommit: once((repo: string, ref: string) => resolveRef({ repo, ref, env, runProcess, signal })),
    fetchUpstream: (repo: string, commit: string, name: string | undefined) =>
      fetchCommit({ env, runProcess, signal, store: join(workspaceRoot, 'cache/upstreams'), repo, commit, name }),
    catalog: { images: () => images },
    fileModes: () => Promise.resolve(new Map()),
    missingSubmodules: () => readMissingSubmodules({ workspaceRoot, env, runProcess, signal }),
    presumeBuilder: (wanted: BuilderName) => Promise.resolve(wanted),
    onEvent: (event: RunEvent) => events.push(event),
  } as unknown as RunContext;
  const result = await prepareImage(context, images);
  return { result, notes: events.flatMap((event) => (event.kind === 'note' ? [event.text] : [])) };
}

let count = 0;
function upstream(files: RepositoryFiles): { readonly repo: string; readonly git: ReturnType<typeof makeRepository> } {
  const name = `r${++count}`;
  const git = makeRepository(server().directory, name, files);
  return { repo: `${server().url}/${name}.git`, git };
}

it('notes a ref that is a tag and a branch, and a submodule that its upstream does not want', async () => {
  const { repo, git } = upstream({
    Dockerfile: 'FROM scratch\nCOPY . /\n',
    '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = https://host.invalid/x\n\tupdate = none\n',
    x: { submodule: '0123456789'.repeat(4) },
  });
  git.tag('both', git.git('rev-parse', 'main'));
  git.commit({ Dockerfile: 'FROM none\n' }, 'both');
  const { result, notes } = await prepare({}, { upstream: { repo, ref: 'both' }, dockerfileFrom: 'upstream' });
  expect(result).toMatchObject({ outcome: 'built', upstream: { commit: git.git('rev-parse', 'main') } });
  expect(notes).toEqual([
    `web: both is a tag and a branch of ${repo}: the tag is taken; refs/heads/both is the branch`,
    'web: the submodule x is not fetched: the upstream says `update = none`',
  ]);
});

it('fails, at the config, for Git LFS pointers of an upstream, and goes on with an ignore file beside the config', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
  const { repo } = upstream({
    Dockerfile: 'FROM scratch\nCOPY . /\n',
    '.gitattributes': '*.bin filter=lfs\n',
    'model.bin': pointer,
  });
  const config = { upstream: { repo, ref: 'main' }, dockerfileFrom: 'upstream' } as const;
  expect((await prepare({}, config)).result).toMatchObject({
    outcome: 'failed',
    error: {
      code: 'CONTEXT_LFS_POINTERS',
      message: expect.stringContaining('`model.bin`') as string,
      where: 'projects/web/build-config.yaml',
    },
  });
  const { result, notes } = await prepare({ '.dockerignore': '*.bin\n' }, config);
  expect(result).toMatchObject({ outcome: 'built', context: { files: 2 } });
  expect(notes).toEqual([]);
});

it('fails, at the line, for a Dockerfile that links of the context lead elsewhere', async () => {
  const { repo } = upstream({
    Dockerfile: 'FROM scratch\nCOPY d /d\nCOPY etc/passwd /x\n',
    etc: { link: '/etc' },
    'd/etc': { link: '/etc' },
  });
  const config = { upstream: { repo, ref: 'main' }, dockerfileFrom: 'upstream' } as const;
  const refused = {
    outcome: 'failed',
    error: {
      code: 'CONTEXT_ESCAPES',
      message: expect.stringMatching(/^COPY takes something through `etc`, .* to `\/etc`: Kaniko would/) as string,
      where: 'Dockerfile:3',
    },
  };
  expect((await prepare({}, config)).result).toMatchObject(refused);
  const local = { Dockerfile: 'FROM scratch\nCOPY d /d\nCOPY etc/passwd /x\n', etc: { link: '/etc' }, 'd/f': '' };
  expect((await prepare(local)).result).toMatchObject({ outcome: 'failed', error: { code: 'CONTEXT_ESCAPES' } });
  expect((await prepare(local, { builder: 'buildah' })).result).toMatchObject({ outcome: 'built' });
  const inert = { ...local, Dockerfile: 'FROM scratch\nCOPY d etc /d/\nCOPY . /\n' };
  expect((await prepare(inert)).result).toMatchObject({ outcome: 'built', context: { files: 3 } });
});

it('refuses a tag of the upstream that names another commit than the one published, unless it may', async () => {
  const { repo, git } = upstream({ Dockerfile: 'FROM scratch\nCOPY . /\n' });
  const from = git.git('rev-parse', 'main');
  git.tag('v1', from);
  const asked: string[] = [];
  const published = (ref: string, of = repo): RunContext['last'] => {
    const annotations = { [UPSTREAM_ANNOTATION]: `${of}@${from}`, [UPSTREAM_REF_ANNOTATION]: ref };
    return (image) => {
      asked.push(image);
      return Promise.resolve({ index: { annotations } } as unknown as Published);
    };
  };
  const config = (ref: string, more: object = {}) =>
    ({ upstream: { repo, ref, ...more }, dockerfileFrom: 'upstream' }) as const;
  const built = { outcome: 'built' };
  expect((await prepare({}, config('v1'))).result).toMatchObject({ ...built, upstream: { name: 'refs/tags/v1' } });
  expect((await prepare({}, config('v1'), published('refs/tags/v1'))).result).toMatchObject(built);

  const to = git.commit({ Dockerfile: 'FROM scratch\nCOPY . /x/\n' });
  git.git('tag', '-f', 'v1', to);
  git.tag('v2', to);
  expect((await prepare({}, config('v1'), published('refs/tags/v1'))).result).toMatchObject({
    outcome: 'failed',
    error: {
      code: 'UPSTREAM_TAG_MOVED',
      message: `the tag v1 of ${repo} moved: web was published from ${from}, and the tag is ${to} now`,
      where: 'projects/web/build-config.yaml',
      hint: expect.stringMatching(/`upstream_moving: true`.*`upstream_ref: [0-9a-f]{40}`/) as string,
    },
  });
  expect(asked.splice(0)).toEqual(['web', 'web']);
  // All that are built of the directory are built of it.
  const variant: RunContext['last'] = (image) =>
    image === 'web-debug' ? published('refs/tags/v1')(image) : Promise.resolve(undefined);
  expect((await prepare({}, config('v1'), variant, ['slim', 'debug'])).result).toMatchObject({
    outcome: 'failed',
    error: {
      code: 'UPSTREAM_TAG_MOVED',
      message: expect.stringContaining(`web-debug was published from ${from}`) as string,
    },
  });
  expect(asked.splice(0)).toEqual(['web-debug']);
  // Another ref, or another repository, is what somebody wrote into the config.
  for (const last of [
    published('refs/tags/v0'),
    published('refs/heads/v1'),
    published('refs/tags/v1', 'https://x.y/z'),
  ]) {
    expect((await prepare({}, config('v1'), last)).result).toMatchObject(built);
  }
  expect((await prepare({}, config('v2'), published('refs/tags/v1'))).result).toMatchObject(built);
  expect(asked.splice(0)).toHaveLength(4);
  // Of these nobody asks what was published.
  for (const one of [config('v1', { moving: true }), config('main'), config(to)]) {
    expect((await prepare({}, one, published('refs/tags/v1'))).result).toMatchObject(built);
  }
  expect(asked).toEqual([]);
});
