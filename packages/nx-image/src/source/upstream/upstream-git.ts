import { HephyError, type ErrorDetails } from '../../errors/hephy-error';
import { redact } from '../../errors/redact';
import { lastLines, runGit, type GitAccess, type GitCall, type GitEnd } from '../run-git';
import { isOnServerOfJob, jobTokenConfig } from '../job-token';
import { withServerPatience } from '../server-patience';
import { withTrustOfGit } from './trust-of-git';

/**
 * Nothing of an upstream runs here and nothing of it is checked out. What the user has configured (`insteadOf`, credential helpers, ssh) goes on working, hence
 * these and not a configuration of ours alone. No commits of ours are offered either: the store of one user's upstreams is no one server's business.
 */
const CONFIG = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'protocol.ext.allow': 'never',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'fetch.recurseSubmodules': 'false',
  'fetch.negotiationAlgorithm': 'noop',
  'fetch.writeCommitGraph': 'false',
  'fetch.fsckObjects': 'false',
};

/**
 * `repository`: the bare repository that it works in; named, for git may be told not to look for one, or not to trust another user's. `alternates`: further
 * ones, seen from there, whose objects it reads.
 */
type UpstreamCall = Omit<GitCall, 'cwd'> & { readonly repository?: string; readonly alternates?: readonly string[] };

/** A call that speaks with the upstream's server. */
export async function askUpstream(access: GitAccess, call: UpstreamCall): Promise<GitEnd> {
  const asking = { ...access, env: withServerPatience(access.env) };
  const token = await jobTokenConfig(asking);
  return withTrustOfGit(asking, (trust) =>
    runUpstreamGit(asking, { ...call, config: { ...trust, ...token, ...call.config } }),
  );
}

/** A call that does not. */
export async function runUpstreamGit(access: GitAccess, call: UpstreamCall): Promise<GitEnd> {
  const objects = call.alternates?.map((one) => `${one}/objects`).join(':');
  return runGit(access, {
    ...call,
    // Without one anywhere but in a repository, whose remotes would be names for addresses.
    cwd: call.repository ?? '/',
    arguments: [...(call.repository === undefined ? [] : ['--git-dir=.']), ...call.arguments],
    config: { ...CONFIG, ...call.config },
    ...(objects === undefined || objects === '' ? {} : { objects }),
  });
}

/** The upstream did not answer, or not as a repository. */
export function unreachable(
  { env, repo }: Pick<GitAccess, 'env'> & { readonly repo: string },
  end: GitEnd,
): HephyError {
  const said = end.exitCode === undefined ? 'it did not answer in time' : lastLines(end.stderr);
  const details: ErrorDetails = { hint: hintFor(end.stderr, isOnServerOfJob(env, repo)) };
  return new HephyError('UPSTREAM_UNREACHABLE', `${redact(repo)} cannot be read: ${said}`, details);
}

/** In the words of libcurl with GnuTLS, OpenSSL or Secure Transport. */
function hintFor(stderr: string, byToken: boolean): string {
  if (/from proxy|CONNECT tunnel failed/i.test(stderr)) {
    return 'The proxy lets nobody through to it: look at the login in HTTPS_PROXY and at the proxy’s rules; what is reached without a proxy is named in NO_PROXY.';
  }
  if (
    byToken &&
    /could not read (?:Username|Password)|Authentication failed|returned error: 40[134]|not found/i.test(stderr)
  ) {
    return 'The token of this job may not read it, or there is no such project. In that project: Settings → CI/CD → Job token permissions, add this one.';
  }
  if (/could not read (?:Username|Password)|Authentication failed|Permission denied|403/.test(stderr)) {
    return 'Git needs credentials for it (a credential helper, an ssh key), or there is no such repository.';
  }
  if (/Problem with the SSL CA cert|error (?:setting certificate|reading ca cert)/i.test(stderr)) {
    return 'What git itself is told of is not there or holds no certificate: GIT_SSL_CAINFO, or http.sslCAInfo of its configuration.';
  }
  if (stderr.includes('subject name')) return 'The server’s certificate is for another name: correct the address.';
  if (/certificate has expired|expired certificate/i.test(stderr)) return 'Renew the server’s certificate.';
  if (/server certificate verification failed|SSL certificate problem|certificate verify failed/i.test(stderr)) {
    return 'The server’s certificate is signed by nobody known here, or is not valid now: set SSL_CERT_FILE to the file of its CA. GIT_SSL_CAINFO and git’s http.sslCAInfo, where there are such, go before that.';
  }
  return 'Look at the address, the network and the proxy; `url.<base>.insteadOf` leads git to a mirror.';
}
