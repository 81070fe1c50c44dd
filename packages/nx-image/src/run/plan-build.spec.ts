import { factsOf, imageOf } from '../../testing/facts';
import { prepareResult } from '../../testing/results';
import type { Digest } from '../oci/digest';
import { parsePlatform, type Platform } from '../oci/platform';
import type { ResolvedBase } from '../plan/run-facts';
import { buildMachinePlatform } from './build-machine';
import { planBuild } from './plan-build';
import type { Prepared } from './require-results';
import type { RunContext } from './run-context';

const digest: Digest = `sha256:${'1'.repeat(64)}`;
const machine = buildMachinePlatform();
const foreign = parsePlatform(machine.architecture === 'arm64' ? 'linux/amd64' : 'linux/arm64')!;

/** Of the image `tools`, by architecture. */
let parents: Record<string, Digest> = {};

const context = {
  facts: factsOf(),
  last: () => Promise.resolve(undefined),
  catalog: { ownerOf: (_: unknown, own: string) => (own === 'tools-1' ? imageOf('tools') : undefined) },
  results: {
    build: (_: string, { architecture }: Platform) => ({ digest: parents[architecture] }),
  },
  bases: {
    resolve: (reference: string): Promise<ResolvedBase> => {
      const child = (reference.split('@')[1] ?? digest) as Digest;
      return Promise.resolve({ reference, digest: child, child, layers: [], onBuild: [] });
    },
    onBuildImages: () => Promise.resolve([]),
  },
} as unknown as RunContext;

function plan(text: string, platform: Platform) {
  const prepared = prepareResult({
    context: { digest, size: 0, files: 0 },
    dockerfile: { path: 'projects/web/Dockerfile', text },
  }) as Prepared;
  return planBuild(context, imageOf('web'), platform, prepared);
}

describe('planBuild', () => {
  it.each(['$BUILDPLATFORM', `${machine.os}/${machine.architecture}`])(
    'refuses an image whose own base is chosen by --platform=%s for another platform',
    async (chosen) => {
      const text = `FROM alpine AS tools\nFROM --platform=${chosen} alpine:3\nCOPY --from=tools /a /a\n`;
      await expect(plan(text, foreign)).rejects.toMatchObject({
        code: 'DOCKERFILE_REFUSED',
        where: { file: 'projects/web/Dockerfile', line: 2 },
      });
      await expect(plan(text, machine)).resolves.toHaveProperty('inputKey');
    },
  );

  it('takes such a base in stages that are copied from', async () => {
    const text = 'FROM --platform=$BUILDPLATFORM alpine AS tools\nFROM alpine\nCOPY --from=tools /a /a\n';
    await expect(plan(text, foreign)).resolves.toHaveProperty('inputKey');
  });

  it('counts a parent for the building machine by all of its platforms: machines of each have one key', async () => {
    const text =
      'FROM --platform=$BUILDPLATFORM ${ECR_REGISTRY}:tools-1 AS tools\nFROM alpine\nCOPY --from=tools /a /a\n';
    const keyWith = async (architecture: string): Promise<readonly [string, string]> => {
      parents = { amd64: digest, arm64: digest, [architecture]: `sha256:${'2'.repeat(64)}` };
      const { inputKey, pinnedDockerfile } = await plan(text, foreign);
      return [inputKey, pinnedDockerfile];
    };
    const [here, there] = [await keyWith(machine.architecture), await keyWith(foreign.architecture)];
    expect(here[0]).not.toBe(there[0]);
    expect(here[1]).toContain(`FROM registry.example.com/team/images@sha256:${'2'.repeat(64)} AS tools`);
    expect(there[1]).toContain(`FROM registry.example.com/team/images@${digest} AS tools`);
  });
});
