import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pushImage, pushIndex } from '../../nx-image/testing/fixture-images';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { HOST_PLATFORM } from './testing/builders';
import { errorOf, outcomesOf, resultOf } from './testing/results';
import { succeed } from './testing/run';
import { shellImage } from './testing/shell-image';
import { Workspace } from './testing/workspace';

/** One that this machine does not run, by Go's name; its emulator is registered by another. */
function foreignArchitecture(): string | undefined {
  const names = {
    riscv64: 'riscv64',
    s390x: 's390x',
    ppc64le: 'ppc64le',
    loong64: 'loongarch64',
    mips64le: 'mips64el',
  };
  return Object.entries(names).find(([, name]) => !existsSync(`/proc/sys/fs/binfmt_misc/qemu-${name}`))?.[0];
}

const FOREIGN = foreignArchitecture();
const itWithout = FOREIGN === undefined ? it.skip : it;

describe('before a builder starts', () => {
  const platform = `linux/${FOREIGN ?? ''}`;
  let registry: TestRegistry;
  let workspace: Workspace;
  const logOf = (image: string): string => join(workspace.root, `dist/images/${image}/build-${FOREIGN ?? ''}.log`);

  beforeAll(async () => {
    registry = await startRegistry();
    const shell = shellImage();
    const image = async (name: string, config: Readonly<Record<string, unknown>> = {}): Promise<string> => {
      const children = [
        await pushImage(registry.host, name, undefined, { ...shell, config }),
        ...(FOREIGN === undefined
          ? []
          : [await pushImage(registry.host, name, undefined, { ...shell, platform, config })]),
      ];
      await pushIndex(
        registry.host,
        name,
        '1',
        children.map(({ descriptor }) => descriptor),
      );
      return `${registry.host}/${name}:1`;
    };
    const base = await image('shell');
    const triggering = await image('triggering', { OnBuild: ['RUN echo triggered'] });
    const config = `build_backend: buildah\nplatforms: [${platform}]\nadditional_tags: [latest]\n`;
    workspace = await Workspace.withImages({
      'images/runs/build-config.yaml': config,
      'images/runs/Dockerfile': `FROM ${base} AS unused\nRUN echo never\n\nFROM ${base}\nCOPY Dockerfile /\nRUN echo \\\n  one\nRUN echo two\n`,
      'images/triggered/build-config.yaml': config,
      'images/triggered/Dockerfile': `# a\nFROM ${triggering}\n`,
      'images/crossing/build-config.yaml': config,
      'images/crossing/Dockerfile': `FROM --platform=$BUILDPLATFORM ${base} AS build\nRUN echo built > /out\nFROM scratch\nCOPY --from=build /out /\n`,
    });
  });
  afterAll(async () => {
    await workspace.remove();
    await registry.stop();
  });

  itWithout('an architecture that nothing emulates here is an error that names the first RUN for it', async () => {
    const { code, output } = await workspace.nx(['run', `runs:build-${FOREIGN ?? ''}`]);
    expect(code).not.toBe(0);
    const error = errorOf(resultOf(workspace, 'runs'));
    expect(error).toMatchObject({ code: 'EMULATION_MISSING', where: 'images/runs/Dockerfile:6', output: [] });
    expect(output).toContain('EMULATION_MISSING images/runs/Dockerfile:6: ');
    for (const way of ['qemu-user-static', `binfmt --install ${FOREIGN ?? ''}`, '$BUILDPLATFORM', 'a CI runner']) {
      expect(output).toContain(way);
    }
    expect(existsSync(logOf('runs'))).toBe(false);
  });

  itWithout('a RUN that a base has in ONBUILD is one', async () => {
    await workspace.nx(['run', `triggered:build-${FOREIGN ?? ''}`]);
    expect(errorOf(resultOf(workspace, 'triggered'))).toMatchObject({
      code: 'EMULATION_MISSING',
      where: 'images/triggered/Dockerfile:2',
    });
  });

  itWithout(`a RUN on ${HOST_PLATFORM} that the image is copied from needs none`, async () => {
    await succeed(workspace.nx(['run', `crossing:build-${FOREIGN ?? ''}`]));
    expect(outcomesOf(resultOf(workspace, 'crossing'))).toEqual({ [platform]: 'built' });
  });
});
