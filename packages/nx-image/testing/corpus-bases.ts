import { gzipSync } from 'node:zlib';
import { elfFile } from './elf-files';
import { packLayer, type FixtureFiles } from './fixture-images';
import { HOST_ARCHITECTURE, hostProgramFiles } from './host-shell';
import { tarFile } from './tar-files';

interface CorpusBase {
  readonly files?: FixtureFiles;
  readonly layers?: readonly FixtureFiles[];
  readonly config?: Readonly<Record<string, unknown>> & { readonly OnBuild?: readonly string[] };
}

/** The image of our own that others are FROM: `${ECR_REGISTRY}:own-latest`. */
export const OWN_BASE = 'own';

const MOUNTED = ['etc/hosts', 'etc/hostname', 'etc/resolv.conf'];
const PROGRAMS = 'sh cat chmod chown id ln ls mkdir mv readlink rm stat touch'.split(' ');
const ACCOUNTS: FixtureFiles = {
  'etc/passwd': { content: 'root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n' },
  'etc/group': { content: 'root:x:0:\napp:x:1001:\nstaff:x:50:\n' },
  // As every image has them that a RUN is for: see the case of one that has not.
  'etc/hosts': { content: '' },
  'etc/hostname': { content: '' },
  'etc/resolv.conf': { content: '' },
};

let tools: FixtureFiles | undefined;
/** A shell and a dozen of programs; of another architecture they are there and do not run. */
function toolFiles(platform: string): FixtureFiles {
  if (platform === `linux/${HOST_ARCHITECTURE}`)
    return (tools ??= { ...hostProgramFiles(...PROGRAMS.map((name) => `/bin/${name}`)), ...ACCOUNTS });
  const program = { content: elfFile(platform === 'linux/arm64' ? 'arm64' : 'amd64'), mode: 0o755 };
  return { ...Object.fromEntries(PROGRAMS.map((name) => [`bin/${name}`, program])), ...ACCOUNTS };
}

/** Each in the registry as an index of two platforms, `latest`. */
export const CORPUS_BASES: Readonly<Record<string, (platform: string) => CorpusBase>> = {
  tools: (platform) => ({ files: { ...toolFiles(platform), 'etc/which': { content: platform } } }),
  plain: (platform) => ({ files: { 'etc/plain': { content: 'plain\n' }, 'etc/for': { content: platform } } }),
  [OWN_BASE]: () => ({ files: { 'etc/own': { content: 'own\n' } } }),
  /** Two layers, the upper one with a tree to delete from. */
  tree: (platform) => ({
    layers: [
      toolFiles(platform),
      {
        'data/a': { content: 'a\n' },
        'data/b': { content: 'b\n' },
        'data/deep/c': { content: 'c\n' },
        'data/link': { link: 'a' },
        'opt/dir/x': { content: 'x\n' },
      },
    ],
  }),
  configured: (platform) => ({
    files: toolFiles(platform),
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'FROM_BASE=base', 'SHARED=base'],
      Entrypoint: ['/bin/entry'],
      Cmd: ['base-cmd'],
      WorkingDir: '/srv',
      User: 'app',
      Labels: { base: 'yes', shared: 'base' },
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
    },
  }),
  volumes: (platform) => ({
    files: { ...toolFiles(platform), 'vol/base': { content: 'base\n' } },
    config: { Volumes: { '/vol': {} } },
  }),
  onbuild: (platform) => ({
    files: toolFiles(platform),
    config: { OnBuild: ['COPY a.txt /triggered', 'ENV TRIGGERED=yes'] },
  }),
  'onbuild-sum': (platform) => ({
    files: toolFiles(platform),
    config: { OnBuild: [`ADD --checksum=sha256:${'0'.repeat(64)} http://localhost/x /x`] },
  }),
  'onbuild-arg': (platform) => ({
    files: toolFiles(platform),
    config: { OnBuild: ['ARG WHO=nobody', 'RUN echo "$WHO" > /who'] },
  }),
  'onbuild-from': (platform) => ({
    files: toolFiles(platform),
    config: { OnBuild: ['COPY --from={r}/plain /etc/plain /got'] },
  }),
  /** As images are that were made from nothing: without what builders mount. */
  bare: (platform) => ({
    files: Object.fromEntries(Object.entries(toolFiles(platform)).filter(([path]) => !MOUNTED.includes(path))),
  }),
  shelled: (platform) => ({
    files: toolFiles(platform),
    config: { Shell: ['/bin/sh', '-e', '-c'] },
  }),
};

const TARBALL = gzipSync(packLayer({ 'packed/one': { content: 'one\n' }, two: { content: 'two\n', mode: 0o600 } }));

/** Its root has a mode of its own. */
const ROOTED = tarFile([
  { path: './', type: 'Directory', mode: 0o777 },
  { path: './in', content: 'in\n' },
]);

/** The context of cases that bring none of their own. */
export const SHARED_CONTEXT: FixtureFiles = {
  'a.txt': { content: 'a\n' },
  'b.txt': { content: 'b\n' },
  'run.sh': { content: '#!/bin/sh\necho ran\n', mode: 0o755 },
  'dir/one': { content: 'one\n' },
  'dir/sub/two': { content: 'two\n' },
  'dir/sub/three.txt': { content: 'three\n' },
  'with space/f': { content: 'space\n' },
  'ünï/çödé': { content: 'unicode\n' },
  'links/file': { link: '../a.txt' },
  'links/dir': { link: '../dir/sub' },
  '[x]': { content: 'brackets\n' },
  'packed.tar.gz': { content: TARBALL },
  'rooted.tar': { content: ROOTED },
};
