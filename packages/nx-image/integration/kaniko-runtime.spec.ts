import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import { chooseBuilder, type ChosenBuilder } from '../src/tools/choose-builder';
import { setBuilderStage, type BuilderStage, type CaseRun, type MoreOfRun } from '../testing/builder-stage';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { HOST_ARCHITECTURE, hostProgramFiles } from '../testing/host-shell';
import { pushImage } from '../testing/fixture-images';
import { readImage, type LayerEntry } from '../testing/image-layers';

/** What Kaniko in a throw-away root does to images: real Kaniko, real bubblewrap. */

const kaniko = findExternalTool('kaniko');
const run = kaniko !== undefined && findOnPath('bwrap') !== undefined ? test : test.skip;

let stage: BuilderStage;
let chosen: ChosenBuilder;
beforeAll(async () => {
  stage = await setBuilderStage();
  if (kaniko === undefined) return;
  const env = { HEPHY_KANIKO: kaniko, PATH: process.env.PATH };
  chosen = await chooseBuilder({ wanted: 'kaniko', local: false, env, uid: process.getuid?.(), runProcess });
});
afterAll(() => stage.stop());

async function build(
  dockerfile: string,
  files: Readonly<Record<string, string>> = {},
  more: MoreOfRun = {},
): Promise<CaseRun> {
  return stage.run(chosen, { name: 'runtime', dockerfile, files }, more);
}

/** Layers that the build added, flattened: the last entry of a path wins. */
async function added(found: CaseRun, base = 1): Promise<Map<string, LayerEntry>> {
  expect(found.outcome).toMatchObject({ kind: 'pushed' });
  const { layers } = await readImage(stage.hosts.ok, stage.path, found.tag);
  return new Map(layers.slice(base).flatMap((layer) => layer.map((entry) => [entry.path, entry] as const)));
}

run('Kaniko in a root of its own: an image may have /kaniko, /workspace and /busybox', async () => {
  const paths = ['kaniko', 'workspace', 'busybox'];
  const found = await build(
    [
      'FROM {base} AS one',
      'WORKDIR /workspace',
      ...paths.map((path) => `COPY a /${path}/copied`),
      `RUN ${paths.map((path) => `echo made > /${path}/made`).join(' && ')}`,
      'FROM {base}',
      'WORKDIR /kaniko/work',
      'RUN echo here > here',
      ...paths.map((path) => `COPY --from=one /${path} /${path}`),
      'WORKDIR /workspace',
      'RUN echo again > again',
      '',
    ].join('\n'),
    { a: 'a' },
  );
  const files = await added(found);
  for (const path of paths) {
    expect(files.get(`${path}/copied`)?.content).toBe('a');
    expect(files.get(`${path}/made`)?.content).toBe('made\n');
  }
  expect(files.get('kaniko/work/here')?.content).toBe('here\n');
  expect(files.get('workspace/again')?.content).toBe('again\n');
  expect([...files.keys()].filter((path) => /hephy|\.wh\.|^(?:proc|sys|dev)\b|^etc\b/.test(path))).toEqual([]);
});

run(
  'Kaniko in a root of its own: what a RUN deletes of its base is deleted, and modes alone are a change',
  async () => {
    const base = { platform: `linux/${HOST_ARCHITECTURE}`, docker: true };
    await pushImage(stage.hosts.ok, 'team/base', 'rm', {
      ...base,
      files: {
        ...hostProgramFiles('/bin/sh', '/bin/rm', '/bin/chmod'),
        'data/gone': { content: 'gone' },
        'data/kept': { content: 'kept' },
      },
    });
    const files = await added(await build('FROM {ok}/team/base:rm\nRUN rm /data/gone\nRUN chmod 4755 /data/kept\n'));
    expect([...files.keys()]).toContain('data/.wh.gone');
    expect(files.get('data/kept')?.mode).toBe(0o4755);
  },
);

run('Kaniko in a root of its own: modes do not depend on our umask, and /etc is for everybody', async () => {
  const before = process.umask(0o077);
  try {
    const dockerfile = 'FROM {base}\nCOPY a /etc/a\nCOPY a /new/deep/a\nWORKDIR /work/dir\nRUN echo x > /made\n';
    const files = await added(await build(dockerfile, { a: 'a' }));
    expect(files.get('etc')?.mode).toBe(0o755);
    expect(files.get('new/deep')?.mode).toBe(0o755);
    expect(files.get('work/dir')?.mode).toBe(0o755);
    expect(files.get('made')?.mode).toBe(0o644);
  } finally {
    process.umask(before);
  }
});

run('Kaniko in a root of its own: a context of any name and mode is read', async () => {
  const files = await added(await build('FROM scratch\nCOPY . /all/\n', { '-x y': 'a', '.dockerignore': '*' }), 0);
  expect([...files.keys()].filter((path) => path.startsWith('all/')).sort()).toEqual(['all/-x y', 'all/.dockerignore']);
});

run('Kaniko in a root of its own: its environment is not ours, and files that variables name are there', async () => {
  const token = join(stage.directory, 'token');
  writeFileSync(token, 'a-token', { mode: 0o600 });
  const env = { ...process.env, AWS_WEB_IDENTITY_TOKEN_FILE: token, SECRET_OF_OURS: 'x', AWS_REGION: 'eu-west-1' };
  const dockerfile = [
    'FROM {base}',
    // Kaniko's own environment: PID 1 is bubblewrap, which has the same.
    'RUN while IFS= read -r line; do case "$line" in *SECRET_OF_OURS*) exit 3;; esac; done < /proc/1/environ; echo ok',
    'RUN read -r token < /.hephy/env/AWS_WEB_IDENTITY_TOKEN_FILE || [ "$token" = a-token ]',
    '',
  ].join('\n');
  expect((await build(dockerfile, {}, { env })).outcome).toMatchObject({ kind: 'pushed' });
});

run(
  'Kaniko in a root of its own: credentials are for root alone, and no RUN may do more than in a container',
  async () => {
    const passwd = {
      'etc/passwd': { content: 'app:x:1000:1000::/:/bin/sh\n' },
      'etc/group': { content: 'app:x:1000:\n' },
    };
    const platform = `linux/${HOST_ARCHITECTURE}`;
    await pushImage(stage.hosts.ok, 'team/base', 'app', {
      platform,
      files: { ...hostProgramFiles('/bin/sh'), ...passwd },
      docker: true,
    });
    const dockerfile = [
      'FROM {ok}/team/base:app',
      // Docker's default set.
      'RUN while read -r name value; do [ "$name" != CapEff: ] || [ "$value" = 00000000a80425fb ] || exit 4; done < /proc/self/status',
      'RUN [ -r /.hephy/docker/config.json ] || exit 5',
      'USER app',
      'RUN if [ -r /.hephy/docker/config.json ] || [ -x /.hephy ]; then exit 3; fi',
      '',
    ].join('\n');
    expect((await build(dockerfile)).outcome).toMatchObject({ kind: 'pushed' });
  },
);

run('layers of the cache that are too old are made anew, and take the place of the old ones', async () => {
  const dockerfile = 'FROM {base}\nRUN read id < /proc/sys/kernel/random/uuid && echo $id > /id\n';
  const cacheRepository = `${stage.hosts.ok}/${stage.path}/cache-${HOST_ARCHITECTURE}`;
  const idOf = async (step: NonNullable<MoreOfRun['step']>): Promise<string | undefined> => {
    const found = await build(dockerfile, {}, { step: { cacheRepository, ...step } });
    return (await added(found)).get('id')?.content;
  };
  const first = await idOf({});
  expect(first).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(await idOf({ cacheMaxAge: 3600_000 })).toBe(first);
  const anew = await idOf({ cacheMaxAge: 0 });
  expect(anew).not.toBe(first);
  expect(await idOf({})).toBe(anew);
});
