import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateFile } from '../../process/certificate-authorities';
import { runGit, type GitAccess } from '../run-git';

type Config = Readonly<Record<string, string>>;

/** By which hephy's own requests and the builders are told of certificate authorities, and git is not. */
const OURS = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'];

/** What git is told by, for servers and for proxies: our setting, and what of the user's goes before it. */
const SETTINGS = [
  { key: 'http.sslCAInfo', keys: /^http\.sslca(?:info|path)$/m, variables: ['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'] },
  { key: 'http.proxySSLCAInfo', keys: /^http\.proxysslcainfo$/m, variables: ['GIT_PROXY_SSL_CAINFO'] },
];

/**
 * Gives git's call to a server the certificate authorities that all other parts of a run trust, as configuration and for as long as the call goes on. Empty where no variable names
 * any: then git's own are the machine's, and no process and no file is made. What the user told git itself goes before: a variable or setting for all servers takes the place of ours,
 * and one for some (`http.<url>.sslCAInfo`) git prefers by itself.
 * @throws HephyError CERTIFICATES_UNREADABLE, and as `runGit`
 */
export async function withTrustOfGit<T>(access: GitAccess, call: (config: Config) => Promise<T>): Promise<T> {
  const { env } = access;
  if (OURS.every((name) => (env[name] ?? '') === '')) return call({});
  const told = await keysToldToGit(access);
  const ours = SETTINGS.filter(
    ({ keys, variables }) => !keys.test(told) && variables.every((name) => env[name] === undefined),
  );
  if (ours.length === 0) return call({});
  const directory = await mkdtemp(join(tmpdir(), 'hephy-certificates-'));
  try {
    const file = await certificateFile(env, directory);
    return await call(file === undefined ? {} : Object.fromEntries(ours.map(({ key }) => [key, file])));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The names of settings that are for all servers, a line each, in lower case. Where they cannot be read, the call itself says why. */
async function keysToldToGit(access: GitAccess): Promise<string> {
  const listed = await runGit(access, {
    arguments: ['config', '--name-only', '--get-regexp', '^http\\.(proxy)?sslca(info|path)$'],
    cwd: '/',
  });
  return listed.stdout.toString();
}
