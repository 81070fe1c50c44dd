import type { GitConfig } from './git-environment';
import { runGit, type GitAccess } from './run-git';

/** Says the variable's name, not its value: git's shell reads it. `printf` is the shell's own, no process with arguments. */
const HELPER = `!f() { test "$1" = get || exit 0; printf 'username=gitlab-ci-token\\npassword=%s\\n' "$CI_JOB_TOKEN"; }; f`;

/**
 * Lets git answer the GitLab server whose job this is with the job's token: that server's scheme, host, port and path alone, which git compares anew after each redirect. Empty outside of
 * such jobs, and where git has credentials for that server by itself. The user's helpers are not asked for that server then: git would have them keep the token, and they would
 * come up with it in the next job, when it is worth nothing.
 * https://docs.gitlab.com/ci/jobs/ci_job_token/
 */
export async function jobTokenConfig(access: GitAccess): Promise<GitConfig> {
  const server = serverOf(access.env);
  if (server === undefined || (await hasCredentials(access, server))) return {};
  return { [`credential.${server.href}.helper`]: ['', HELPER] };
}

/** Whether the repository is on the GitLab server whose job this is. */
export function isOnServerOfJob(env: GitAccess['env'], repo: string): boolean {
  const server = serverOf(env);
  return server !== undefined && `${repo}/`.startsWith(server.href.replace(/\/?$/, '/'));
}

function serverOf({ CI_JOB_TOKEN: token, CI_SERVER_URL: url }: GitAccess['env']): URL | undefined {
  // A line end would begin another answer.
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token) || url === undefined || !URL.canParse(url)) return undefined;
  const server = new URL(url);
  if (server.protocol !== 'https:' && server.protocol !== 'http:') return undefined;
  for (const part of ['username', 'password', 'search', 'hash'] as const) server[part] = '';
  return server;
}

/** Asks the user's helpers, nobody else. What they answer is not looked at. */
async function hasCredentials(access: GitAccess, server: URL): Promise<boolean> {
  const env = { ...access.env, GIT_ASKPASS: '', SSH_ASKPASS: '' };
  const end = await runGit(
    { ...access, env },
    {
      arguments: ['credential', 'fill'],
      cwd: '/',
      config: { 'core.askPass': '' },
      stdin: `protocol=${server.protocol.slice(0, -1)}\nhost=${server.host}\n\n`,
      timeout: 30_000,
    },
  );
  return end.exitCode === 0;
}
