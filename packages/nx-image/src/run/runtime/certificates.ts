import { access } from 'node:fs/promises';

/** Where distributions keep all certificate authorities in one file, as Go looks for them: https://go.dev/src/crypto/x509/root_linux.go */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** The certificate authorities that this machine trusts: what SSL_CERT_FILE says, else the distribution's; undefined where there are none. */
export async function findCertificates(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  for (const path of env.SSL_CERT_FILE === undefined ? BUNDLES : [env.SSL_CERT_FILE]) {
    const readable = await access(path).then(
      () => true,
      () => false,
    );
    if (readable) return path;
  }
  return undefined;
}
