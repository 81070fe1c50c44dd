import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateFile, findCertificateAuthorities } from './certificate-authorities';

const pem = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hephy-certificates-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});
const write = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

test('is the sum of the machine’s bundle and what every variable names', async () => {
  mkdirSync(join(directory, 'many'));
  write('many/a.0', pem('of the directory'));
  write('many/README', 'no certificate');
  const env = {
    SSL_CERT_FILE: write('go.pem', pem('of Go')),
    NODE_EXTRA_CA_CERTS: write('node.pem', pem('of Node')),
    SSL_CERT_DIR: `/nowhere:${join(directory, 'many')}`,
  };
  const found = await findCertificateAuthorities(env);
  for (const name of ['of Go', 'of Node', 'of the directory']) expect(found?.pem).toContain(name);
  expect(found?.pem).not.toContain('no certificate');
  const machine = (await findCertificateAuthorities({}))?.pem ?? '';
  expect(found?.pem).toContain(machine);
  const file = await certificateFile(env, directory);
  expect(readFileSync(file!, 'utf8')).toBe(found?.pem);
});

test('the machine’s bundle alone is not copied', async () => {
  const found = await findCertificateAuthorities({});
  expect(await certificateFile({ SSL_CERT_FILE: '' }, directory)).toBe(found?.file);
});

test.each([
  ['SSL_CERT_FILE', 'cannot be read: ENOENT', undefined],
  ['NODE_EXTRA_CA_CERTS', 'holds no certificate', 'a key'],
])('%s that %s is an error', async (variable, what, text) => {
  const path = text === undefined ? join(directory, 'none') : write('x', text);
  await expect(findCertificateAuthorities({ [variable]: path })).rejects.toMatchObject({
    code: 'CERTIFICATES_UNREADABLE',
    message: expect.stringContaining(what) as string,
    hint: expect.stringContaining(variable) as string,
  });
});
