import { readCi } from '../../ci/read-ci';
import type { Check, Found } from './check';

/** What the CI's variables come to: who may write which tags. */
export const checkCi: Check = {
  name: 'publishing',
  find: ({ env, facts, publishing }) => {
    if (publishing !== undefined) throw publishing;
    const ci = readCi(env);
    const where = ci.ci ? systemOf(env) : 'not CI';
    if (facts.local) return ok(`${where}: everything goes to the local registry`);
    if (facts.publish)
      return ok(`${where}: public tags move (${ci.trusted ? 'a protected ref' : 'HEPHY_PUBLISH=true'})`);
    if (facts.scope !== undefined) {
      const what = `${where}: only tags that begin with ${facts.scope}- are written`;
      if (ci.mergeRequest) return ok(`${what}, as it is a merge request`);
      return Promise.resolve({
        verdict: 'warning',
        what: `${what}, as nothing says that the ref is protected`,
        mend: 'Protect the branch or tag (GitLab: CI_COMMIT_REF_PROTECTED, GitHub: GITHUB_REF_PROTECTED), or set HEPHY_PUBLISH=true in a job that may publish.',
      });
    }
    return ok(`${where}: images are pushed, and no public tag moves without HEPHY_PUBLISH=true`);
  },
};

function ok(what: string): Promise<Found> {
  return Promise.resolve({ verdict: 'ok', what });
}

function systemOf(env: Readonly<Record<string, string | undefined>>): string {
  if (env.GITLAB_CI === 'true') return 'GitLab CI';
  return env.GITHUB_ACTIONS === 'true' ? 'GitHub Actions' : 'a CI that is not known';
}
