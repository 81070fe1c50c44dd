import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { mayStartContainers, startDocker, startPodman, type TestEngine } from '../../nx-image/testing/engines';
import { pushImage, pushIndex } from '../../nx-image/testing/fixture-images';
import { hostProgramFiles } from '../../nx-image/testing/host-shell';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { HOST_PLATFORM } from './testing/builders';
import { succeed, type Env } from './testing/run';
import { Workspace } from './testing/workspace';

const ARCH = HOST_PLATFORM.slice('linux/'.length);

/** The line of the table that runs the image. */
function lineIn(output: string): string {
  const lines = output.split('\n').filter((line) => /^(?:docker|podman) run /.test(line));
  if (lines.length !== 1) throw new Error(`no one line to paste in:\n${output}`);
  return lines[0] ?? '';
}

describe('the line to paste after a build of one platform', () => {
  let registry: TestRegistry;
  let workspace: Workspace;
  let engines: readonly (TestEngine | undefined)[];

  beforeAll(async () => {
    registry = await startRegistry();
    const shell = await pushImage(registry.host, 'shell', undefined, {
      platform: HOST_PLATFORM,
      files: hostProgramFiles('/bin/sh'),
    });
    await pushIndex(registry.host, 'shell', '1', [shell.descriptor]);
    workspace = await Workspace.withImages({
      'images/web/build-config.yaml': `build_backend: buildah\nplatforms: [${HOST_PLATFORM}]\nadditional_tags: [latest]\n`,
      'images/web/Dockerfile': `FROM ${registry.host}/shell:1\nEXPOSE 80 9000/udp\nCMD ["/bin/sh", "-c", "echo it runs; test -t 0 && echo on a terminal"]\n`,
    });
    engines = mayStartContainers() ? [startPodman(), await startDocker()] : [];
  });
  afterAll(async () => {
    for (const engine of engines) await engine?.stop();
    await workspace.remove();
    await registry.stop();
  });

  /**
   * As somebody's shell has it: a terminal whose input stays open, and the line. These engines have no network of their own, so the machine's is put in.
   */
  const paste = async (
    engine: TestEngine,
    line: string,
  ): Promise<{ readonly code: number | null; readonly said: string }> => {
    const command = line.replace(' run ', ' run --network=host ');
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: engine.env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close') as Promise<[number | null]>;
    const said = await text(child.stdout);
    const [code] = await ended;
    return { code, said };
  };

  const build = (env: Env) => succeed(workspace.nx(['run', `web:build-${ARCH}`], env));

  const itWithContainers = mayStartContainers() ? it : it.skip;

  itWithContainers.each([
    ['podman', 0, ' --tls-verify=false'],
    ['docker', 1, ''],
  ])('is for %s, where it is what there is, and runs', async (name, index, more) => {
    const engine = engines[index];
    if (engine === undefined) throw new Error(`${name} does not start`);
    const env = { ...engine.env, HOME: workspace.root, ...(index === 0 ? { DOCKER_HOST: 'unix:///none' } : {}) };
    const outputs = [await build(env), await build(env)];
    for (const output of outputs) {
      const line = lineIn(output);
      expect(line).toMatch(
        new RegExp(
          `^${name} run --rm -it${more} -p 127\\.0\\.0\\.1:8080:80 -p 127\\.0\\.0\\.1:9000:9000/udp localhost:\\d+/hephy[:@]\\S+$`,
        ),
      );
      const { code, said } = await paste(engine, line);
      expect(said).toContain('it runs');
      expect(said).toContain('on a terminal');
      expect(code).toBe(0);
    }
    expect(engine.containers()).toEqual([]);
  });

  it('is not there for an index, nor in CI', async () => {
    const index = await succeed(workspace.nx(['run', 'web:manifest']));
    const ci = await build({ CI: 'true', HEPHY_REGISTRY: 'local' });
    for (const output of [index, ci]) expect(output).not.toMatch(/^(?:docker|podman) run /m);
  });
});
