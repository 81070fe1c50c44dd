import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestAuthority {
  /** The PEM file of its certificate. */
  readonly file: string;
  /** A certificate for names and addresses (`DNS:r.test`, `IP:::1`), and its key. */
  issue(...names: readonly string[]): { readonly certificate: string; readonly key: string };
  readonly directory: string;
}

/** A certificate authority of the test's own, in a directory of its own; the caller removes it. */
export function makeAuthority(): TestAuthority {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-ca-'));
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=hephy test authority',
  );
  let count = 0;
  return {
    directory,
    file: join(directory, 'ca.pem'),
    issue: (...names) => {
      const name = `server${++count}`;
      const extension = ['-addext', `subjectAltName=${names.join(',')}`, '-addext', 'basicConstraints=CA:FALSE'];
      openssl(
        ...['req', '-x509', '-CA', 'ca.pem', '-CAkey', 'ca.key', ...key, '-days', '2', '-subj', '/CN=server'],
        ...['-keyout', `${name}.key`, '-out', `${name}.pem`, ...extension],
      );
      return { certificate: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
    },
  };
}
