import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushImage } from '../testing/fixture-images';
import { startHttpServer } from '../testing/http-server';
import { startRegistry, TEST_LOGIN } from '../testing/registry-server';
import { stoppedAfterEach } from '../testing/stopped-after-each';
import type { Repository } from '../src/oci/reference';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { createCredentialStore } from '../src/registry/credentials/credential-store';
import type { RegistryClient } from '../src/registry/registry';
import { runProcess } from '../src/process/run-process';

const home = mkdtempSync(join(tmpdir(), 'hephy-push-'));
afterAll(() => {
  rmSync(home, { recursive: true });
});

const stopped = stoppedAfterEach();
const openRegistry: typeof startRegistry = (options) => stopped(startRegistry(options));
const openServer: typeof startHttpServer = (answer) => stopped(startHttpServer(answer));

function clientWith(logins: Readonly<Record<string, string>> = {}): RegistryClient {
  const auths = Object.fromEntries(
    Object.entries(logins).map(([host, password]) => [
      host,
      { auth: Buffer.from(`${TEST_LOGIN.username}:${password}`).toString('base64') },
    ]),
  );
  writeFileSync(join(home, 'config.json'), JSON.stringify({ auths }));
  return createRegistryClient({
    credentials: createCredentialStore({ env: { DOCKER_CONFIG: home }, homeDirectory: home, runProcess }),
  });
}

function repositoryAt(registry: string): Repository {
  return { registry, path: 'team/images' };
}

/** Uploads that have not ended. Of one that was cancelled Debian's registry forgets all but the empty hash. */
function uploadsOf(directory: string): readonly string[] {
  const path = join(directory, 'data/docker/registry/v2/repositories/team/images/_uploads');
  return existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(isOfUpload) : [];
}

function isOfUpload(path: string): boolean {
  return /\/(data|startedat)$/.test(path);
}

test('tries a push and leaves nothing', async () => {
  const registry = await openRegistry();
  await expect(clientWith().tryPush(repositoryAt(registry.host))).resolves.toBe('allowed');
  expect(uploadsOf(registry.directory)).toEqual([]);
});

test('by the login that there is', async () => {
  const registry = await openRegistry({ login: true });
  const { host } = registry;
  await clientWith({ [host]: TEST_LOGIN.password }).tryPush(repositoryAt(host));
  await expect(clientWith({ [host]: 'wrong' }).tryPush(repositoryAt(host))).rejects.toMatchObject({
    code: 'REGISTRY_DENIED',
    hint: expect.stringContaining(join(home, 'config.json')) as string,
  });
  await expect(clientWith().tryPush(repositoryAt(host))).rejects.toMatchObject({
    code: 'REGISTRY_DENIED',
    hint: expect.stringContaining('docker login') as string,
  });
  expect(uploadsOf(registry.directory)).toEqual([]);
});

test('a registry that is read-only', async () => {
  const registry = await openRegistry({ readOnly: true });
  await expect(clientWith().tryPush(repositoryAt(registry.host))).rejects.toMatchObject({
    code: 'REGISTRY_DENIED',
    message: expect.stringContaining('takes nothing') as string,
  });
});

test('a repository that is not there', async () => {
  const server = await openServer((request, response) => {
    request.resume();
    response.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN","message":"no such repository"}]}');
  });
  await expect(clientWith().tryPush(repositoryAt(server.host))).rejects.toMatchObject({
    code: 'REGISTRY_ERROR',
    hint: expect.stringContaining('create it') as string,
  });
});

test('a registry that begins no uploads in this way', async () => {
  const server = await openServer((request, response) => {
    request.resume();
    response.writeHead(404).end('no such page');
  });
  await expect(clientWith().tryPush(repositoryAt(server.host))).resolves.toBe('not known');
});

test('that an upload cannot be cancelled says nothing of pushing', async () => {
  const server = await openServer((request, response) => {
    request.resume();
    if (request.method === 'POST') response.writeHead(202, { location: '/somewhere/else?state=1' }).end();
    else response.writeHead(500).end();
  });
  await clientWith().tryPush(repositoryAt(server.host));
  expect(server.requests).toEqual(['POST /v2/team/images/blobs/uploads/', 'DELETE /somewhere/else?state=1']);
});

test('a login is not sent to where another host says that an upload goes on', async () => {
  const other = await openServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  });
  const server = await openServer((request, response) => {
    request.resume();
    if (request.headers.authorization === undefined)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    else response.writeHead(202, { location: `http://${other.host}/upload` }).end();
  });
  await clientWith({ [server.host]: 'x' }).tryPush(repositoryAt(server.host));
  expect(server.requests).toHaveLength(2);
  expect(other.requests).toEqual(['DELETE /upload']);
});

test('puts a small blob, once', async () => {
  const registry = await openRegistry();
  const client = clientWith();
  const repository = repositoryAt(registry.host);
  const digest = await client.putBlob(repository, Buffer.from('{}'));
  await expect(client.putBlob(repository, Buffer.from('{}'))).resolves.toBe(digest);
  await expect(client.getBlob(repository, digest)).resolves.toEqual(new Uint8Array(Buffer.from('{}')));
  expect(uploadsOf(registry.directory)).toEqual([]);
});

test('deletes a manifest with its tags, or says that the registry does not', async () => {
  const registry = await openRegistry();
  const client = clientWith();
  const repository = repositoryAt(registry.host);
  const { digest } = await pushImage(registry.host, repository.path, 'x', { platform: 'linux/amd64' });
  await expect(client.deleteManifest(repository, digest)).resolves.toBe(true);
  await expect(client.headManifest({ ...repository, tag: 'x' })).resolves.toBeUndefined();
  await expect(client.deleteManifest(repository, digest)).resolves.toBe(true);
  const server = await openServer((request, response) => {
    request.resume();
    response.writeHead(405).end();
  });
  await expect(client.deleteManifest(repositoryAt(server.host), digest)).resolves.toBe(false);
});
