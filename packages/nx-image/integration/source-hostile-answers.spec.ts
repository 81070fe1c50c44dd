import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { fetchCommit } from '../src/source/upstream/fetch-commit';
import { resolveRef } from '../src/source/upstream/resolve-ref';
import { gitIn } from '../testing/git-repository';
import { serveHostileUpstreams } from '../testing/hostile-upstreams';
import { startHttpServer } from '../testing/http-server';
import { stoppedAfterEach } from '../testing/stopped-after-each';

/** What an upstream of bad will, or none at all, can answer: nothing of it runs, nothing is written but into the stores, and each refusal has its code. */

const { canary, git, newRepository, server, stores } = serveHostileUpstreams();
const stopped = stoppedAfterEach();

describe('what it answers', () => {
  const serve = async (listener: RequestListener) => `http://${(await stopped(startHttpServer(listener))).host}/x`;
  const slow = { GIT_HTTP_LOW_SPEED_TIME: '1' };
  const ask = async (repo: string) => {
    const access = { ...git, env: { ...git.env, ...slow }, repo };
    const errors: unknown[] = [];
    for (const ref of ['main', 'no-such'])
      await resolveRef({ ...access, ref }).catch((error: unknown) => errors.push(error));
    const store = mkdtempSync(join(stores, 's-'));
    await fetchCommit({ ...access, store, commit: '0123456789'.repeat(4), name: undefined }).catch((error: unknown) =>
      errors.push(error),
    );
    expect(readdirSync(store).filter((name) => !name.endsWith('.used'))).toEqual([]);
    return errors;
  };
  const head = { 'content-type': 'application/x-git-upload-pack-advertisement' };

  it.each<[string, RequestListener]>([
    ['garbage', (_, response) => response.writeHead(200, head).end(Buffer.alloc(5000, 0xff))],
    ['a page', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>\x1b[2J</html>')],
    ['nothing', (_, response) => response.writeHead(200, head).end()],
    ['half of a packet', (_, response) => response.writeHead(200, head).end('001e# service=git-upload-pack\n0000ffff')],
    ['an error page', (_, response) => response.writeHead(500).end()],
    ['a redirect to a file', (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()],
    ['a redirect to a program', (_, response) => response.writeHead(302, { location: `ext::touch ${canary}` }).end()],
    [
      'redirects without end',
      (request, response) =>
        response.writeHead(302, { location: `http://${request.headers.host ?? ''}/y${request.url ?? ''}` }).end(),
    ],
    ['a closed connection', (_, response) => response.destroy()],
    ['no byte more', (_, response) => response.writeHead(200, head).write('001e# serv')],
  ])('%s is an upstream that cannot be read', async (_, listener) => {
    const errors = await ask(await serve(listener));
    expect(errors).toHaveLength(3);
    for (const error of errors) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^UPSTREAM_/) as string });
      expect((error as Error).message).not.toContain('root:');
    }
  });

  it('refs with odd names are names', async () => {
    const repository = newRepository({ x: 'x' });
    const commit = repository.git('rev-parse', 'main');
    const packed = ['refs/heads/-x', 'refs/heads/$(touch ran)', 'refs/heads/`x`', 'refs/tags/ä;|&', 'refs/heads/maim'];
    writeFileSync(join(repository.directory, 'packed-refs'), packed.map((name) => `${commit} ${name}\n`).join(''));
    expect(await resolveRef({ ...git, repo: repository.url, ref: 'main' })).toMatchObject({ commit });
    await expect(resolveRef({ ...git, repo: repository.url, ref: 'maix' })).rejects.toMatchObject({
      hint: expect.stringContaining('maim') as string,
    });
  });

  it('another hash than SHA-1 is said to be none that is read', async () => {
    const directory = join(server().directory, 'sha256.git');
    gitIn(server().directory, ['init', '-q', '--bare', '--object-format=sha256', '-b', 'main', directory]);
    const tree = gitIn(directory, ['mktree'], '');
    gitIn(directory, ['update-ref', 'refs/heads/main', gitIn(directory, ['commit-tree', '-m', 'x', tree])]);
    const resolving = resolveRef({ ...git, repo: `${server().url}/sha256.git`, ref: 'main' });
    await expect(resolving).rejects.toMatchObject({ code: expect.stringMatching(/^UPSTREAM_/) as string });
  });
});
