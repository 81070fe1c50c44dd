import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuilderName } from '../src/config/build-config';
import { findLine } from '../src/dockerfile/find-line';
import { findOwnImages } from '../src/dockerfile/find-own-images';
import { HephyError } from '../src/errors/hephy-error';
import { parsePlatform, type Platform } from '../src/oci/platform';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { runProcess } from '../src/process/run-process';
import { checkImage } from '../src/run/checks/check-image';
import { planBuild, type CompletePlan } from '../src/run/plan-build';
import { baseResolver } from '../src/run/resolve-bases';
import type { BuilderRunEnd } from '../src/run/builder-run';
import { runBuilder } from '../src/run/run-builder';
import type { RunContext } from '../src/run/run-context';
import type { ChosenBuilder } from '../src/tools/choose-builder';
import { CORPUS_BASES, OWN_BASE, SHARED_CONTEXT } from './corpus-bases';
import type { CorpusCase } from './corpus-case';
import { factsOf, imageOf } from './facts';
import { pushImage, pushIndex, type FixtureFile } from './fixture-images';
import { HOST_ARCHITECTURE } from './host-shell';
import { startHttpServer } from './http-server';
import { readImage, type ReadImage } from './image-layers';
import { startRegistry } from './registry-server';

/** A registry with the bases of the corpus, and its one way from a Dockerfile to an image. */
export interface CorpusStage {
  /** What the graph sees. */
  edges(one: CorpusCase): readonly string[];
  /** @throws HephyError, HephyErrors */
  plan(one: CorpusCase, builder: BuilderName): Promise<CompletePlan>;
  /** `line INSTRUCTION base@platform` of everything pinned. */
  pins(plan: CompletePlan): readonly string[];
  build(one: CorpusCase, plan: CompletePlan, chosen: ChosenBuilder): Promise<CorpusBuild>;
  stop(): Promise<void>;
}

export interface CorpusBuild {
  readonly end: BuilderRunEnd;
  /** undefined: nothing was pushed. */
  readonly image: ReadImage | undefined;
  /** How many of its layers are the base's. */
  readonly baseLayers: number;
  /** By the checks after a build. */
  readonly told: readonly string[];
  /** Line of the instruction that the builder was at in the end. */
  readonly line?: number | undefined;
  /** By those checks. */
  readonly refused?: HephyError;
}

const HOST_PLATFORM = `linux/${HOST_ARCHITECTURE}`;
const OTHER_PLATFORM = HOST_ARCHITECTURE === 'arm64' ? 'linux/amd64' : 'linux/arm64';

export async function setCorpusStage(): Promise<CorpusStage> {
  const server = await startRegistry();
  const web = await startHttpServer((request, response) => {
    const { url = '' } = request;
    response.writeHead(url.startsWith('/missing') ? 404 : 200, { 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' });
    response.end(`from ${url}`);
  });
  const directory = mkdtempSync(join(tmpdir(), 'hephy-corpus-'));
  const registry = createRegistryClient({
    credentials: {
      credentialOf: () => Promise.resolve(undefined),
      helperOf: () => Promise.resolve(undefined),
      secrets: () => [],
    },
  });
  const names = new Map<string, string>();
  const children = new Map<string, string>();
  const fill = (text: string): string => text.replaceAll('{r}', server.host).replaceAll('{http}', web.host);
  for (const [name, base] of Object.entries(CORPUS_BASES)) {
    const pushed = await Promise.all(
      [HOST_PLATFORM, OTHER_PLATFORM].map((platform) => {
        const { config, ...files } = base(platform);
        const onBuild = config?.OnBuild?.map(fill);
        return pushImage(server.host, name, undefined, {
          platform,
          docker: true,
          ...files,
          ...(config === undefined ? {} : { config: { ...config, ...(onBuild && { OnBuild: onBuild }) } }),
        });
      }),
    );
    const descriptors = pushed.map(({ descriptor }) => descriptor);
    await pushIndex(server.host, name, 'latest', descriptors, { docker: true });
    for (const { digest, platform } of descriptors) {
      names.set(digest, `${name}${platform.architecture === HOST_ARCHITECTURE ? '' : '@other'}`);
      children.set(`${name} linux/${platform.architecture}`, digest);
    }
  }
  const shared = join(directory, 'context');
  for (const [path, file] of Object.entries(SHARED_CONTEXT)) writeContextFile(join(shared, path), file);
  let count = 0;

  const parent = imageOf(OWN_BASE, {
    platforms: [parsePlatform(HOST_PLATFORM), parsePlatform(OTHER_PLATFORM)].map(some),
  });
  const facts = factsOf({ repository: { registry: server.host, path: OWN_BASE } });
  const context = {
    facts,
    catalog: {
      ownerOf: (_: unknown, own: string) => (own === `${OWN_BASE}-latest` ? parent : undefined),
    },
    bases: baseResolver(registry),
    last: () => Promise.resolve(undefined),
    results: {
      build: (name: string, { architecture }: Platform) => ({ digest: children.get(`${name} linux/${architecture}`) }),
    },
  } as unknown as RunContext;

  const imageFor = (one: CorpusCase, builder: BuilderName) =>
    imageOf('corpus', {
      builder,
      buildArgs: Object.entries(one.args ?? {}).map(([name, value]) => ({ name, value: fill(value) })),
      ...(one.target === undefined ? {} : { target: one.target }),
    });
  const prepared = (one: CorpusCase) =>
    ({
      dockerfile: { path: 'Dockerfile', text: fill(one.dockerfile) },
      context: { digest: `sha256:${'0'.repeat(64)}` },
      bases: [],
    }) as unknown as Parameters<typeof planBuild>[3];

  return {
    edges: (one) =>
      findOwnImages(fill(one.dockerfile), {
        path: 'Dockerfile',
        args: new Map(Object.entries({ ECR_REGISTRY: '${ECR_REGISTRY}', ...one.args })),
        builder: 'kaniko',
      }),
    plan: (one, builder) => planBuild(context, imageFor(one, builder), platformOf(one), prepared(one)),
    pins: (plan) =>
      plan.pins.map(({ use, pin }) => {
        const digest = pin.kind === 'digest' ? pin.digest : '';
        return `${use.line} ${use.instruction} ${names.get(digest) ?? digest}`;
      }),
    build: async (one, plan, chosen) => {
      const tag = `t${++count}`;
      const files = one.files === undefined ? shared : join(directory, tag);
      for (const [path, content] of Object.entries(one.files ?? {})) writeContextFile(join(files, path), { content });
      const said: string[] = [];
      const end = await runBuilder({
        ...chosen,
        step: { ...plan.step, destination: `${server.host}/built:${tag}` },
        context: files,
        writesContext: plan.dockerfile.writesContext,
        dockerfile: plan.pinnedDockerfile,
        dockerConfig: undefined,
        env: process.env,
        timeout: 150_000,
        signal: new AbortController().signal,
        logFile: join(directory, 'logs', `${tag}.log`),
        secrets: [],
        workDirectory: join(directory, 'work'),
        runProcess,
        onProgress: ({ what }) => said.push(what),
      });
      const baseLayers = plan.baseLayers.length;
      if (end.outcome.kind !== 'pushed')
        return { end, baseLayers, image: undefined, told: [], line: lineOf(plan.pinnedDockerfile, said) };
      const checked = await checkImage({
        registry,
        repository: { registry: server.host, path: 'built' },
        digest: end.outcome.digest,
        platform: plan.platform,
        baseLayers: plan.baseLayers,
        dockerfile: plan.dockerfile,
      }).catch(refusedBy);
      if (checked instanceof HephyError) return { end, baseLayers, image: undefined, told: [], refused: checked };
      return { end, baseLayers, image: await readImage(server.host, 'built', tag), told: checked.notes };
    },
    stop: async () => {
      await Promise.all([server.stop(), web.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function lineOf(dockerfile: string, said: readonly string[]): number | undefined {
  const last = said.at(-1) ?? '';
  return findLine(dockerfile, last, said.filter((what) => what === last).length);
}

function refusedBy(error: unknown): HephyError {
  if (error instanceof HephyError) return error;
  throw error;
}

function platformOf(one: CorpusCase): Platform {
  return some(parsePlatform(one.platform === 'other' ? OTHER_PLATFORM : HOST_PLATFORM));
}

function some<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is none');
  return value;
}

function writeContextFile(path: string, file: FixtureFile): void {
  mkdirSync(dirname(path), { recursive: true });
  if ('link' in file) symlinkSync(file.link, path);
  else writeFileSync(path, file.content, { mode: file.mode ?? 0o644 });
}
