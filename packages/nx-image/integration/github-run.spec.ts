import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../src/oci/digest';
import { gitIn } from '../testing/git-repository';
import { startHttpServer } from '../testing/http-server';
import { ImageWorkspace } from '../testing/image-workspace';
import { BOTH, servePlanning, work } from '../testing/planning-stage';

const MAIN = {
  ...{ GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
  ...{ GITHUB_REF_NAME: 'main', GITHUB_REF_TYPE: 'branch', GITHUB_REF_PROTECTED: 'true' },
};

const { proxy, open, keep } = servePlanning();

describe('a planner that may only read', () => {
  it('leaves it to its jobs to copy downloads', async () => {
    const content = Buffer.from('bytes\n');
    const server = await startHttpServer((_, response) => response.end(content));
    const add = `ADD --checksum=${digestOf(content)} http://${server.host}/f /f`;
    const { plan } = open({ 'images/other/Dockerfile': `FROM scratch\n${add}\n` });
    const asked = async (leavesDownloads: boolean) => {
      const before = proxy().lines.length;
      const planned = await plan(MAIN, { affected: ['other'], missing: false, leavesDownloads });
      expect(work(planned)).toEqual({ other: BOTH });
      return proxy()
        .lines.slice(before)
        .filter((line) => !/^(?:GET|HEAD) /.test(line));
    };
    try {
      expect(await asked(true)).toEqual([]);
      expect(server.requests).toEqual([]);
      expect(await asked(false)).not.toEqual([]);
    } finally {
      await server.stop();
    }
  });
});

describe('a run that is run again', () => {
  const files = {
    'images/base/build-config.yaml': 'build_backend: buildah\nplatforms: [linux/amd64]\nadditional_tags: [latest]\n',
    'images/base/Dockerfile': 'FROM scratch\nCOPY a /\n',
    'images/base/a': 'old\n',
  };
  const at = (hour: number): string => `2026-11-20T${hour}:00:00.000Z`;

  /** The old commit is published, then a newer one, and then the old one once more. */
  async function runAgain(name: string, event: unknown, env: Readonly<Record<string, string>>) {
    const workspace = keep(new ImageWorkspace({ base: [] }, files));
    const repository = `${proxy().host}/team/again-${name}`;
    await workspace.run({ repository, started: at(10), env: MAIN });
    workspace.write({ 'images/base/a': 'new\n' });
    const newer = await workspace.run({ repository, started: at(11), env: MAIN });
    gitIn(workspace.root, ['checkout', '-q', 'HEAD^']);
    const path = join(workspace.root, 'cache/event.json');
    writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event));
    const again = { ...MAIN, GITHUB_RUN_ATTEMPT: '2', GITHUB_EVENT_PATH: path, ...env };
    const { manifests } = await workspace.run({ repository, started: at(12), env: again });
    const accept = 'application/vnd.oci.image.index.v1+json';
    const url = `http://${repository.replace('/', '/v2/')}/manifests/base-latest`;
    const latest = (await fetch(url, { headers: { accept } })).headers.get('docker-content-digest');
    const newest = newer.manifests.base?.digest;
    return { moved: latest !== newest, outcome: manifests.base?.outcome };
  }

  const PUSH = { repository: { pushed_at: Date.parse(at(10)) / 1000 } };
  it.each<[string, unknown, Readonly<Record<string, string>>, boolean]>([
    ['push', PUSH, {}, false],
    ['by-hand', { repository: { pushed_at: '2026-11-20T10:00:00Z' } }, {}, false],
    ['first', PUSH, { GITHUB_RUN_ATTEMPT: '1' }, true],
    ['none', PUSH, { GITHUB_EVENT_PATH: '/nowhere/event.json' }, true],
    ['hostile', '{"repository":{"pushed_at":', {}, true],
  ])('counts as old as its event: %s', async (name, event, env, moved) => {
    expect(await runAgain(name, event, env)).toEqual({ moved, outcome: expect.any(String) as string });
  });
});
