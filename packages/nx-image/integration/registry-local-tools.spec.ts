import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestOf } from '../src/oci/digest';
import { MediaType } from '../src/oci/manifest';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { pushImage, pushIndex } from '../testing/fixture-images';
import { startRegistry } from '../testing/registry-server';
import { serveLocalRegistry } from '../testing/serve-local-registry';
import { stoppedAfterEach } from '../testing/stopped-after-each';

const { ask, host, root } = serveLocalRegistry();
const stopped = stoppedAfterEach();
const run = promisify(execFile);

describe('with the tools that people use', () => {
  const withTool = (path: string | undefined) => (path === undefined ? test.skip : test);
  const kaniko = findExternalTool('kaniko');
  const manifestTool = findExternalTool('manifest-tool');
  const children = (path: string, on = host()) =>
    Promise.all(
      ['linux/amd64', 'linux/arm64'].map((platform) =>
        pushImage(on, path, undefined, {
          platform,
          files: { hello: { content: platform } },
          config: { Cmd: ['/hello'] },
        }),
      ),
    );

  withTool(findOnPath('skopeo'))('skopeo copies an index in and out', async () => {
    const real = await stopped(startRegistry());
    const index = await pushIndex(
      real.host,
      'a/b',
      '1',
      (await children('a/b', real.host)).map(({ descriptor }) => descriptor),
    );
    const insecure = ['--all', '--src-tls-verify=false', '--dest-tls-verify=false'];
    await run('skopeo', ['copy', ...insecure, `docker://${real.host}/a/b:1`, `docker://${host()}/skopeo/in:1`]);
    await run('skopeo', ['copy', ...insecure, `docker://${host()}/skopeo/in:1`, `docker://${real.host}/out:1`]);
    const out = await fetch(`http://${real.host}/v2/out/manifests/1`, { headers: { accept: MediaType.ociIndex } });
    expect(digestOf(await out.text())).toBe(index);
    const { stdout } = await run('skopeo', ['list-tags', '--tls-verify=false', `docker://${host()}/skopeo/in`]);
    expect(JSON.parse(stdout)).toMatchObject({ Tags: ['1'] });
    await run('skopeo', ['delete', '--tls-verify=false', `docker://${host()}/skopeo/in:1`]);
    expect(await ask('HEAD', '/v2/skopeo/in/manifests/1')).toMatchObject({ status: 404 });
  });

  withTool(findOnPath('buildah'))('buildah builds from it and pushes to it', async () => {
    const [base] = await children('buildah/base');
    const context = join(root, 'buildah');
    await mkdir(context);
    await writeFile(
      join(context, 'Dockerfile'),
      `FROM ${host()}/buildah/base@${base?.digest ?? ''}\nCOPY Dockerfile /\n`,
    );
    const store = ['--root', join(root, 'store'), '--runroot', join(root, 'runroot'), '--storage-driver', 'vfs'];
    const reference = `${host()}/buildah/out:1`;
    await run('buildah', [...store, 'bud', '--isolation', 'chroot', '--tls-verify=false', '-t', reference, context]);
    await run('buildah', [...store, 'push', '--digestfile', join(context, 'digest'), '--tls-verify=false', reference]);
    const pushed = await readFile(join(context, 'digest'), 'utf8');
    expect(await ask('HEAD', `/v2/buildah/out/manifests/${pushed}`)).toMatchObject({ status: 200 });
  });

  withTool(kaniko)('Kaniko builds from it and pushes to it', async () => {
    const [base] = await children('kaniko/base');
    const context = join(root, 'kaniko');
    await mkdir(context);
    await writeFile(
      join(context, 'Dockerfile'),
      `FROM ${host()}/kaniko/base@${base?.digest ?? ''}\nCOPY Dockerfile /\n`,
    );
    const mounts = ['/etc/resolv.conf', '/etc/hosts'].flatMap((file) => ['--ro-bind', file, file]);
    await run('bwrap', [
      ...['--tmpfs', '/', '--ro-bind', kaniko ?? '', '/kaniko/executor', '--ro-bind', context, '/.context', ...mounts],
      ...['--proc', '/proc', '--dev', '/dev', '--unshare-pid', '--die-with-parent', '--clearenv'],
      ...['--setenv', 'HOME', '/root', '--setenv', 'USER', 'root', '--setenv', 'PATH', '/usr/local/bin:/kaniko'],
      ...['/kaniko/executor', '--force', '--context', 'dir:///.context', '--destination', `${host()}/kaniko/out:1`],
    ]);
    expect(await ask('HEAD', '/v2/kaniko/out/manifests/1')).toMatchObject({ status: 200 });
  });

  withTool(manifestTool)('manifest-tool mounts into it and pushes an index', async () => {
    const manifests = (await children('mt/in')).map(({ digest: child, descriptor }) => ({
      image: `${host()}/mt/in@${child}`,
      platform: descriptor.platform,
    }));
    const spec = join(root, 'spec.yaml');
    await writeFile(spec, JSON.stringify({ image: `${host()}/mt/out:1`, manifests, tags: ['2'] }));
    const { stdout } = await run(manifestTool ?? '', ['--plain-http', 'push', '--type', 'oci', 'from-spec', spec]);
    const index = /sha256:[0-9a-f]{64}/.exec(stdout)?.[0];
    for (const tag of ['1', '2']) {
      const reply = await ask('HEAD', `/v2/mt/out/manifests/${tag}`);
      expect(reply.headers['docker-content-digest']).toBe(index);
    }
  });
});
