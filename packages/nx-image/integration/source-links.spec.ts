import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findContextSources } from '../src/dockerfile/find-context-sources';
import { readDockerfile } from '../src/dockerfile/read-dockerfile';
import { hexOf } from '../src/oci/digest';
import { runProcess } from '../src/process/run-process';
import { findLedOut } from '../src/source/find-led-out';
import { contextDirectory } from '../src/source/context-directory';
import { listContext } from '../src/source/list-context';
import { materialiseContext } from '../src/source/materialise-context';
import { chooseBuilder, type ChosenBuilder } from '../src/tools/choose-builder';
import { setBuilderStage, type BuilderStage } from '../testing/builder-stage';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { readImage, type LayerEntry } from '../testing/image-layers';
import { TEST_LOGIN } from '../testing/registry-server';
import { tarFile } from '../testing/tar-files';

/** Nothing of the machine, and nothing of the builder's own, comes into an image by way of the context: real builders. */

const kaniko = findExternalTool('kaniko');
const CANARY = 'a file of this machine';

const base = mkdtempSync(join(tmpdir(), 'hephy-links-'));
const outside = join(base, 'outside');
let stage: BuilderStage;
beforeAll(async () => {
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), CANARY);
  writeFileSync(join(outside, 'hard'), 'x');
  stage = await setBuilderStage();
});
afterAll(async () => {
  await stage.stop();
  expect(readdirSync(outside).sort()).toEqual(['hard', 'secret']);
  rmSync(base, { recursive: true });
});

const up = `${'../'.repeat(20)}${outside.slice(1)}`;

/** The materialised copy of an image directory with links of all kinds, and the links. */
async function makeContext(): Promise<{ context: string; links: Map<string, string> }> {
  const workspaceRoot = mkdtempSync(join(base, 'workspace-'));
  const image = join(workspaceRoot, 'image');
  mkdirSync(join(image, 'dir'), { recursive: true });
  writeFileSync(join(image, 'dir/file'), 'inside');
  linkSync(join(image, 'dir/file'), join(image, 'dir/hard'));
  for (const [path, target] of [
    ['abs', join(outside, 'secret')],
    ['up', `${up}/secret`],
    ['absdir', outside],
    ['updir', up],
    ['root', '/'],
    ['own', '../docker'],
    ['hephy', '/.hephy/docker'],
    ['proc', '/proc/self'],
    ['dir/abs', join(outside, 'secret')],
    ['dir/null', '/dev/null'],
    ['in', 'dir/file'],
    ['indir', 'dir'],
  ] as const) {
    symlinkSync(target, join(image, path));
  }
  const tar = tarFile([
    { path: 'ok', content: 'ok' },
    { path: `${up}/written`, content: 'x' },
    { path: 'led', link: outside },
    { path: 'led/through', content: 'x' },
    { path: 'hard', type: 'Link', link: `${up}/secret` },
  ]);
  writeFileSync(join(image, 'bad.tar'), tar);
  const input = { workspaceRoot, imageRoot: 'image', contextPath: '.', dockerfilePath: 'Dockerfile', modes: new Map() };
  const listing = await listContext(input);
  const to = join(workspaceRoot, 'contexts');
  const context = await materialiseContext({ listing, from: contextDirectory(input), to });
  expect(context).toBe(join(to, hexOf(listing.digest)));
  const links = listing.entries.flatMap(({ kind, path, content }) =>
    kind === 'symlink' ? [[path, content] as const] : [],
  );
  return { context, links: new Map(links) };
}

/** `refused`: before the build; else what the build added, or undefined where it failed. */
async function build(chosen: ChosenBuilder, line: string): Promise<'refused' | readonly LayerEntry[] | undefined> {
  const { context, links } = await makeContext();
  const text = `FROM {base}\n${line}\n`;
  const dockerfile = readDockerfile(text.replaceAll('{base}', 'base'), {
    path: 'Dockerfile',
    args: new Map(),
    builder: chosen.builder.name,
  });
  const led = findLedOut(findContextSources(dockerfile, new Map()), links, chosen.builder.name);
  if (led.length > 0) return 'refused';
  const found = await stage.run(
    chosen,
    { name: line, dockerfile: text, destination: 'ok', login: true },
    { context, env: { ...process.env, AWS_SECRET_ACCESS_KEY: CANARY } },
  );
  if (found.outcome.kind !== 'pushed') return undefined;
  const { layers } = await readImage(stage.hosts.ok, stage.path, found.tag);
  return layers.slice(1).flat();
}

const through = ['absdir/secret', 'updir/secret', `root${outside}/secret`, 'own/config.json', 'hephy/config.json'];
const SECRETIVE = [
  ...['abs', 'up', 'absdir', 'updir/', 'a*s', 'own', ...through, 'proc/environ', 'up*/s*', 'r*/etc/shadow'].map(
    (path) => `COPY ${path} /out/`,
  ),
  'COPY ../docker/config.json /out/',
  `COPY ${up}/secret /out/`,
  `COPY ${outside}/secret /out/`,
  'COPY . /out/',
  'COPY dir /out/',
  'ADD abs /out/',
  'ADD absdir/secret /out/',
  'ADD bad.tar /out/',
  'ADD bad.tar /',
  'RUN --mount=type=bind,target=/ctx read line < /ctx/absdir/secret; echo "$line" > /out',
  'RUN --mount=type=bind,source=absdir,target=/ctx read line < /ctx/secret; echo "$line" > /out',
  'RUN --mount=type=bind,source=root,target=/ctx read line < /ctx/etc/passwd; echo "$line" > /out',
  'RUN --mount=type=bind,source=dir/abs,target=/file read line < /file; echo "$line" > /out',
  'FROM scratch AS stage\nCOPY . /\nFROM {base}\nRUN --mount=type=bind,from=stage,source=/absdir,target=/ctx read line < /ctx/secret; echo "$line" > /out',
  'RUN --mount=type=bind,source=../docker,target=/ctx read line < /ctx/config.json; echo "$line" > /out',
];

describe.each([['kaniko'], ['buildah']] as const)('%s', (wanted) => {
  const real = wanted === 'buildah' || (kaniko !== undefined && findOnPath('bwrap') !== undefined);
  const run = real ? test : test.skip;
  let chosen: ChosenBuilder;
  beforeAll(async () => {
    if (!real) return;
    const env = { ...process.env, ...(kaniko === undefined ? {} : { HEPHY_KANIKO: kaniko }) };
    chosen = await chooseBuilder({ wanted, local: false, env, uid: process.getuid?.(), runProcess });
  });

  run.each(SECRETIVE)(`Kaniko or buildah (${wanted}) bring nothing of the machine along: %s`, async (line) => {
    const entries = await build(chosen, line);
    const auth = Buffer.from(`${TEST_LOGIN.username}:${TEST_LOGIN.password}`).toString('base64');
    const user = readFileSync('/etc/passwd', 'utf8').split('\n')[0] ?? '';
    for (const { content } of Array.isArray(entries) ? (entries as LayerEntry[]) : []) {
      for (const secret of [CANARY, auth, user]) expect(content).not.toContain(secret);
    }
  });

  run(`${wanted} copies the links of a directory as they are, wherever they lead`, async () => {
    const entries = await build(chosen, 'COPY dir /out/');
    const found = new Map((entries as LayerEntry[]).map(({ path, link, content }) => [path, link ?? content]));
    expect(found.get('out/abs')).toBe(join(outside, 'secret'));
    expect(found.get('out/null')).toBe('/dev/null');
    expect(found.get('out/file')).toBe('inside');
    expect(['inside', 'out/file', '/out/file']).toContain(found.get('out/hard'));
  });

  run(`${wanted} follows links within the context`, async () => {
    const entries = await build(chosen, 'COPY indir/file /out/');
    expect((entries as LayerEntry[]).find(({ path }) => path === 'out/file')?.content).toBe('inside');
  });
});
