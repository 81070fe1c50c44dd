import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HephyError } from '../errors/hephy-error';

type Env = Readonly<Record<string, string | undefined>>;

/** Where distributions keep all certificate authorities in one file, as Go looks for them: https://go.dev/src/crypto/x509/root_linux.go */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** What Go and what Node know; here each counts for all parts, beside the machine's own bundle. */
const VARIABLES = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'] as const;

export interface CertificateAuthorities {
  /** All of them, PEM. */
  readonly pem: string;
  /** The one file that holds all of them; undefined: they come from several. */
  readonly file: string | undefined;
}

/**
 * The certificate authorities that a run trusts, whichever of its parts asks: the machine's bundle, and what SSL_CERT_FILE, SSL_CERT_DIR and NODE_EXTRA_CA_CERTS
 * name. undefined: there are none.
 * @throws HephyError CERTIFICATES_UNREADABLE
 */
export async function findCertificateAuthorities(env: Env): Promise<CertificateAuthorities | undefined> {
  const bundle = await findBundle();
  const named = new Map<string, string>();
  for (const variable of VARIABLES) {
    const path = env[variable];
    if (path !== undefined && path !== '' && path !== bundle?.path) named.set(path, await readNamed(path, variable));
  }
  const texts = [
    ...(bundle === undefined ? [] : [bundle.pem]),
    ...named.values(),
    ...(await readDirectories(env.SSL_CERT_DIR ?? '')),
  ];
  if (texts.length === 0) return undefined;
  const [onlyNamed] = named.keys();
  const file = texts.length === 1 ? (bundle?.path ?? onlyNamed) : undefined;
  return { pem: texts.join('\n'), file };
}

/** The same as one file, for a program that takes SSL_CERT_FILE: written into the directory where there is none. */
export async function certificateFile(env: Env, directory: string): Promise<string | undefined> {
  const found = await findCertificateAuthorities(env);
  if (found === undefined || found.file !== undefined) return found?.file;
  const path = join(directory, 'certificate-authorities.pem');
  await writeFile(path, found.pem, { mode: 0o644 });
  return path;
}

async function findBundle(): Promise<{ readonly path: string; readonly pem: string } | undefined> {
  for (const path of BUNDLES) {
    const pem = await readFile(path, 'utf8').catch(() => undefined);
    if (pem !== undefined) return { path, pem };
  }
  return undefined;
}

async function readNamed(path: string, variable: string): Promise<string> {
  const failed = (what: string, cause?: unknown) =>
    new HephyError('CERTIFICATES_UNREADABLE', `${variable} names ${path}, which ${what}`, {
      cause,
      hint: `Set ${variable} to a PEM file of certificate authorities, or unset it.`,
    });
  const pem = await readFile(path, 'utf8').catch((error: unknown) => {
    throw failed(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`, error);
  });
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw failed('holds no certificate in PEM');
  return pem;
}

/** Names of files there are hashes, links or anything; what is no certificate is passed over, as Go does. */
async function readDirectories(variable: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const directory of variable.split(':').filter((path) => path !== '')) {
    for (const name of await readdir(directory).catch(() => [])) {
      const path = join(directory, name);
      if ((await stat(path).catch(() => undefined))?.isFile() !== true) continue;
      const text = await readFile(path, 'utf8').catch(() => '');
      if (text.includes('-----BEGIN CERTIFICATE-----')) texts.push(text);
    }
  }
  return texts;
}
