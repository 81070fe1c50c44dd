import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kaniko } from '../../builders/kaniko/builder';
import { placeInContainer, type ContainerInput } from './container';

test('a directory of certificates goes with it, links in it that lead nowhere apart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-container-'));
  const certificates = join(directory, 'certificates');
  mkdirSync(certificates);
  writeFileSync(join(certificates, 'ca.pem'), 'ca');
  symlinkSync('ca.pem', join(certificates, '1.0'));
  symlinkSync('/not/there', join(certificates, '2.0'));
  try {
    await placeInContainer({
      ...{ builder: kaniko, directory, dockerfile: 'FROM scratch\n', dockerConfig: undefined },
      step: {},
      engine: { loopback: { kind: 'host' } },
      env: { SSL_CERT_DIR: certificates },
    } as unknown as ContainerInput);
    expect(readdirSync(join(directory, 'own/env/SSL_CERT_DIR')).sort()).toEqual(['1.0', 'ca.pem']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
