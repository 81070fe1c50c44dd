import type { Image } from '../src/config/build-config';
import { formatDescription } from '../src/plan/description-text';
import type { BaseDescription } from '../src/plan/description';
import type { Drifts, ImageDrift } from '../src/plan/drift';
import { CREATED_ANNOTATION, INPUTS_ANNOTATION } from '../src/plan/plan-index';
import { runProcess } from '../src/process/run-process';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { lookForDrift } from '../src/run/look-for-drift';
import { once } from '../src/run/once';
import { readLast } from '../src/run/published';
import type { RunContext } from '../src/run/run-context';
import { factsOf } from './facts';
import { pushImage, pushIndex } from './fixture-images';
import { startHttpServer, type TestHttpServer } from './http-server';
import { passOn } from './meet-fault';
import { startRegistry, type TestRegistry } from './registry-server';

export const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
type ByPlatform<T> = Readonly<Record<(typeof PLATFORMS)[number], T>>;

/** An index of two platforms, as a base of others or as an image of ours: what a description has of it. */
export interface StagedIndex {
  readonly index: string;
  readonly child: ByPlatform<string>;
}

/** A registry behind a proxy that logs, and what `drift` asks of it. */
export class DriftStage {
  private constructor(
    private readonly server: TestRegistry,
    private readonly proxy: TestHttpServer,
    private readonly home: string,
  ) {}

  static async open(home: string): Promise<DriftStage> {
    const server = await startRegistry();
    const proxy = await startHttpServer((request, response) => {
      void passOn(request, response, server.host);
    });
    return new DriftStage(server, proxy, home);
  }

  async close(): Promise<void> {
    await this.proxy.stop();
    await this.server.stop();
  }

  /** `127.0.0.1:<port>` */
  get host(): string {
    return this.proxy.host;
  }

  /** A base of others: by platform, what its image holds. */
  async pushBase(path: string, content: ByPlatform<string>): Promise<StagedIndex> {
    return this.push(path, '1', content, {});
  }

  /** A base that is no index. Answers the digits that a description has of it. */
  async pushSingle(path: string, content: string): Promise<string> {
    const image = { platform: 'linux/amd64', files: { a: { content } } };
    return short((await pushImage(this.server.host, path, '1', image)).digest);
  }

  /** An image of ours, published last as made of these bases. */
  async publish(
    name: string,
    bases: ByPlatform<readonly BaseDescription[]>,
    more: {
      readonly annotations?: Readonly<Record<string, string>>;
      readonly period?: string;
      readonly content?: ByPlatform<string>;
    } = {},
  ): Promise<StagedIndex> {
    const described = (platform: (typeof PLATFORMS)[number]) => ({
      ...{ key: '0'.repeat(64), context: '1'.repeat(16), dockerfile: '2'.repeat(16), args: {}, labels: {} },
      ...{ bases: bases[platform], builder: 'kaniko', flags: [], epoch: '0' },
      ...(more.period === undefined ? {} : { period: more.period }),
    });
    const platforms = Object.fromEntries(PLATFORMS.map((platform) => [platform, described(platform)]));
    const content = more.content ?? { 'linux/amd64': `${name} amd64`, 'linux/arm64': `${name} arm64` };
    return this.push('team/images', `last-${name}`, content, {
      [CREATED_ANNOTATION]: '2026-11-20T00:00:00.000Z',
      [INPUTS_ANNOTATION]: formatDescription({ platforms }),
      ...more.annotations,
    });
  }

  /** What `drift` says of the images, and what it asked, in alphabetical order, digests as descriptions have them. */
  async look(
    images: readonly Image[],
    asked: readonly Image[] = images,
    options: { readonly mirror?: string; readonly signal?: AbortSignal } = {},
  ): Promise<{ readonly found: Drifts; readonly drifts: readonly ImageDrift[]; readonly requests: readonly string[] }> {
    const before = this.proxy.requests.length;
    const env = { PATH: process.env.PATH, HOME: this.home, GIT_CONFIG_NOSYSTEM: '1' };
    const facts = factsOf({ repository: { registry: this.host, path: 'team/images' } });
    const signal = options.signal ?? new AbortController().signal;
    const registry = createRegistryClient({
      ...(options.mirror === undefined ? {} : { mirror: options.mirror }),
      ...{ env, home: facts.repository, signal },
      clock: { now: () => 0, sleep: () => Promise.resolve() },
      credentials: {
        credentialOf: () => Promise.resolve(undefined),
        helperOf: () => Promise.resolve(undefined),
        secrets: () => [],
      },
    });
    const last = once((image: string) => readLast(registry, facts, image));
    const context = { env, facts, registry, signal, runProcess, last } as unknown as RunContext;
    const found = await lookForDrift(context, images, asked);
    const requests = this.proxy.requests.slice(before).map((line) => line.replace(/(sha256:[0-9a-f]{16}).*/, '$1'));
    return { found, drifts: found.asked, requests: [...requests].sort() };
  }

  private async push(
    path: string,
    tag: string,
    content: ByPlatform<string>,
    annotations: Readonly<Record<string, string>>,
  ): Promise<StagedIndex> {
    const children = await Promise.all(
      PLATFORMS.map((platform) => {
        const files = { a: { content: content[platform] } };
        return pushImage(this.server.host, path, undefined, { platform, files });
      }),
    );
    const descriptors = children.map(({ descriptor }) => descriptor);
    const index = await pushIndex(this.server.host, path, tag, descriptors, { annotations });
    const [amd64, arm64] = children.map(({ digest }) => short(digest));
    return { index: short(index), child: { 'linux/amd64': amd64 ?? '', 'linux/arm64': arm64 ?? '' } };
  }
}

/** The base as a description has it. */
export function basesOf(
  name: string,
  { index, child }: StagedIndex,
  more: Partial<BaseDescription> = {},
): ByPlatform<readonly BaseDescription[]> {
  const of = (platform: (typeof PLATFORMS)[number]) => [{ name, index, child: child[platform], ...more }];
  return { 'linux/amd64': of('linux/amd64'), 'linux/arm64': of('linux/arm64') };
}

/** An image of this repository as a base. */
export function ownBasesOf(name: string, { child }: StagedIndex): ByPlatform<readonly BaseDescription[]> {
  const of = (platform: (typeof PLATFORMS)[number]) => [{ name, child: child[platform] }];
  return { 'linux/amd64': of('linux/amd64'), 'linux/arm64': of('linux/arm64') };
}

export const NO_BASES: ByPlatform<readonly BaseDescription[]> = { 'linux/amd64': [], 'linux/arm64': [] };

function short(digest: string): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 16);
}
