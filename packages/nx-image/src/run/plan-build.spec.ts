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

const context = {
  facts: factsOf(),
  catalog: { ownerOf: () => undefined },
  bases: {
    resolve: (reference: string): Promise<ResolvedBase> =>
      Promise.resolve({ reference, digest, child: digest, layers: [], onBuild: [] }),
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
});
