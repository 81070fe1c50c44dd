import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { TEST_BUILDERS } from './testing/builders';
import { cloneWorkspace } from './testing/clone-workspace';
import { CHECKOUT } from './testing/documents';
import { pushNodeBase } from './testing/node-base';
import { startNpmRegistry, type NpmRegistry } from './testing/npm-registry';
import { RegistryView } from './testing/registry-view';
import { run, succeed, type Env, type Run } from './testing/run';
import { UnpackedImage } from './testing/unpacked-image';

const VERSION = '7.8.9-rc.1';
const HOST = process.arch === 'arm64' ? 'arm64' : 'amd64';

// Of this repository's own image, which Kaniko builds.
const [builder] = TEST_BUILDERS.filter(({ name }) => name === 'kaniko');

(builder?.describe ?? describe.skip)('a release, rehearsed', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'hephy-release-'));
  let clone: string;
  let npm: NpmRegistry;
  let server: TestRegistry;
  let images: RegistryView;
  let env: Env;
  const release = (...words: readonly string[]): Promise<Run> =>
    run(clone, process.execPath, ['tools/release/main.mjs', ...words], env);
  const git = (...words: readonly string[]) => succeed(run(clone, 'git', words, env));
  const read = (path: string) => readFileSync(join(clone, path), 'utf8');

  beforeAll(async () => {
    [clone, npm, server] = await Promise.all([cloneWorkspace(), startNpmRegistry(), startRegistry()]);
    images = new RegistryView(`${server.host}/team/images`);
    await pushNodeBase(server.host, 'library/node', '22-bookworm');
    const own = join(homedir(), '.npmrc');
    const npmrc = join(scratch, 'npmrc');
    writeFileSync(npmrc, `${existsSync(own) ? readFileSync(own, 'utf8') : ''}\n${npm.npmrc('@hephy')}`);
    env = {
      ...builder?.env(),
      ECR_REGISTRY: images.repository,
      HEPHY_DOCKER_HUB_MIRROR: server.host,
      NPM_CONFIG_USERCONFIG: npmrc,
    };
    await succeed(run(scratch, 'git', ['init', '-q', '--bare', 'origin.git'], env));
    await git('remote', 'add', 'origin', join(scratch, 'origin.git'));
  });
  afterAll(async () => {
    rmSync(clone, { recursive: true, force: true });
    rmSync(scratch, { recursive: true, force: true });
    await Promise.all([npm.stop(), server.stop()]);
  });

  it('has one version, and says where another stands, what is not committed, and where nothing is told of it', async () => {
    const { version } = JSON.parse(read('packages/nx-image/package.json')) as { version: string };
    writeFileSync(
      join(clone, 'templates/hephy/template.yml'),
      read('templates/hephy/template.yml').replace(version, '0.0.7'),
    );
    const { code, output } = await release();
    expect(code).toBe(1);
    expect(output).toContain(`templates/hephy/template.yml says 0.0.7, and packages/nx-image/package.json ${version}`);
    expect(output).toMatch(/not committed: .*templates\/hephy\/template\.yml/);
    expect(output).toContain(`CHANGELOG.md has no section \`## ${version} - YYYY-MM-DD\``);

    await succeed(release('set', VERSION, `--image-repository=${images.repository}`));
    expect(read('templates/hephy/template.yml')).toContain(`default: ${images.repository}:hephy-${VERSION}\n`);
    expect(read('CHANGELOG.md')).toMatch(/^## Unreleased\n\n## 7\.8\.9-rc\.1 - \d{4}-\d{2}-\d{2}\n/m);
    await git('commit', '-q', '-a', '-m', `Release ${VERSION}`);
    // What npm says of its lock file: nothing is to be installed for the new version.
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      packages: { 'packages/nx-image': { version: VERSION } },
    });
  });

  it('does nothing unless it is told to', async () => {
    const output = await succeed(release());
    expect(output).toMatch(
      /npm publish \.\/dist\/release\/[0-9a-f]{40}\/hephy-nx-image-7\.8\.9-rc\.1\.tgz --access public --tag next/,
    );
    expect(output).toContain('HEPHY_PUBLISH=true');
    expect(output).toContain(`git tag --annotate ${VERSION}`);
    expect([npm.published(), await images.tags(), await git('tag')]).toEqual([0, [], '']);
  });

  it('publishes the package, the image of both platforms, and the tag; once more, and nothing moves', async () => {
    await succeed(release('--run'));
    expect(await images.platforms(`hephy-${VERSION}`)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(await git('ls-remote', '--tags', 'origin')).toContain(`refs/tags/${VERSION}`);
    const before = await images.snapshot();
    const again = await succeed(release('--run'));
    expect(again.match(/done before: /g)).toHaveLength(3);
    expect(npm.published()).toBe(1);
    expect(await images.snapshot()).toEqual(before);
  });

  it('has published a package that installs into an empty workspace', async () => {
    const workspace = join(scratch, 'workspace');
    mkdirSync(workspace);
    writeFileSync(join(workspace, 'package.json'), '{ "private": true }\n');
    writeFileSync(join(workspace, 'nx.json'), '{}\n');
    const { devDependencies } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const packages = [`@hephy/nx-image@${VERSION}`, `nx@${devDependencies.nx ?? ''}`];
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await succeed(run(workspace, 'npm', ['install', '-D', ...quiet, ...packages], env));
    expect(await succeed(run(workspace, 'npx', ['hephy', '--version'], env))).toContain(`${VERSION}\n`);
  });

  it('has published an image in which hephy works, in a checkout without node_modules', async () => {
    const reference = await images.childOf(`hephy-${VERSION}`, HOST);
    const image = await UnpackedImage.unpack(images, reference, join(scratch, 'root'));
    const inside: Env = { PATH: '/usr/local/bin:/usr/bin', HOME: '/root', NX_DAEMON: 'false' };
    expect(await succeed(image.run(inside, ['hephy', '--version']))).toBe(`${VERSION}\n`);
    expect(await succeed(image.run(inside, ['hephy', '--help']))).toContain('hephy doctor');
    const files = {
      'nx.json': '{ "analytics": false, "neverConnectToCloud": true, "plugins": ["@hephy/nx-image"] }',
      'web/build-config.yaml': 'platforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n',
      'web/Dockerfile': 'FROM scratch\nCOPY Dockerfile /\n',
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(image.root, 'builds/images/web'), { recursive: true });
      writeFileSync(join(image.root, 'builds/images', path), text);
    }
    const job = 'cd /builds/images && git init -q && ln -s /opt/hephy/node_modules node_modules && npx hephy plan web';
    const plan = await succeed(image.run({ ...inside, ECR_REGISTRY: 'registry.example.com/team' }, ['sh', '-c', job]));
    expect(plan).toContain('web-latest');
  });
});
