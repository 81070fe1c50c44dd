import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneWorkspace } from './testing/clone-workspace';
import { RegistryView } from './testing/registry-view';
import { run, succeed, type Env, type Run } from './testing/run';

/** Everything that hephy would take for a builder or a publisher. */
const BUILDERS = ['buildah', 'executor', 'kaniko', 'kaniko-executor', 'manifest-tool'];

interface Result {
  readonly repository: string;
  readonly builds: readonly { readonly outcome: string }[];
  readonly manifest: { readonly outcome: string; readonly versionTag: string };
}

describe('npm run demo', () => {
  let clone: string;
  let registry: RegistryView;
  let version: string;
  const demo = (env: Env = {}): Promise<Run> => run(clone, 'npm', ['run', '--silent', 'demo'], env);
  const resultOf = (image: string) =>
    JSON.parse(readFileSync(join(clone, 'dist/images', image, 'result.json'), 'utf8')) as Result;

  beforeAll(async () => {
    clone = await cloneWorkspace();
  });
  afterAll(async () => {
    await run(clone, process.execPath, ['packages/nx-image/bin/hephy.js', 'registry', 'stop']);
    rmSync(clone, { recursive: true, force: true });
  });

  it('builds for two platforms and runs the page of this machine', async () => {
    expect(await succeed(demo())).toContain(`Hello from linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`);
    const result = resultOf('hello-web');
    registry = new RegistryView(result.repository);
    version = result.manifest.versionTag;
  });

  it('leaves an index of both platforms, under its tags', async () => {
    expect(version).toMatch(/^hello-web-\d{8}-[0-9a-f]{7}$/);
    expect(await registry.platforms(version)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(await registry.digest('hello-web-latest')).toBe(await registry.digest(version));
    const { manifests } = await registry.manifest(version);
    expect(await registry.digest(`${version}-amd64`)).toBe(manifests?.[0]?.digest);
    expect(await registry.digest(`${version}-arm64`)).toBe(manifests?.[1]?.digest);
  });

  it.each(['amd64', 'arm64'])('has nothing but native binaries in the %s image', async (architecture) => {
    const machines = await registry.elfMachines(version, architecture);
    expect(machines).toHaveProperty(['bin/busybox'], architecture);
    expect(new Set(Object.values(machines))).toEqual(new Set([architecture]));
  });

  it('has in the Dockerfile of the base what the table of tags says', async () => {
    const base = resultOf('minimal-base-image').manifest.versionTag;
    expect(await registry.digest('minimal-base-image-latest')).toBe(await registry.digest(base));
  });

  it('builds nothing the second time: no builder is started, no tag moves', async () => {
    const traps = join(clone, 'dist/traps');
    const canary = join(traps, 'canary');
    mkdirSync(traps, { recursive: true });
    for (const name of BUILDERS) {
      writeFileSync(join(traps, name), `#!/bin/sh\necho "$0 $*" >>${canary}\nexit 99\n`);
      chmodSync(join(traps, name), 0o755);
    }
    const before = await registry.snapshot();
    const end = await demo({ PATH: `${traps}:${process.env.PATH ?? ''}` });
    expect(existsSync(canary) ? readFileSync(canary, 'utf8') : '').toBe('');
    expect(end).toMatchObject({ code: 0 });
    for (const image of ['hello-web', 'minimal-base-image']) {
      expect(resultOf(image).builds.map((build) => build.outcome)).toEqual(['reused', 'reused']);
      expect(resultOf(image).manifest.outcome).toBe('reused');
    }
    expect(await registry.snapshot()).toEqual(before);
  });
});
