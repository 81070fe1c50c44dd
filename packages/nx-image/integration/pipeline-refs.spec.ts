import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { renderGitlab } from '../src/ci/gitlab/render-gitlab';
import { readGitlabSettings } from '../src/ci/read-gitlab-settings';
import { writeHandedPlan } from '../src/run/handed/plan-text';
import { serveGit } from '../testing/git-server';
import { MAIN } from '../testing/gitlab-variables';
import { BOTH, openPlanning, work } from '../testing/planning-stage';
import { startRegistry, type TestRegistry } from '../testing/registry-server';
import { CONFIG } from '../testing/three-images';

const { newRepository } = serveGit();
let server: TestRegistry;
beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server.stop());

/** What git takes as names of tags, and shells and GitLab for something else than text. */
const REFS = [
  '$(touch${IFS}canary)',
  '`touch${IFS}canary`',
  ';touch${IFS}canary',
  '|touch${IFS}canary',
  '&&touch${IFS}canary',
  "it's",
  '"double"',
  '$CI_JOB_TOKEN',
  '%CI_JOB_TOKEN%',
  '$$',
  '#x',
  '!reference',
  'ü-é',
  '<x>',
];

test.each(REFS)('a pipeline of the upstream’s tag %s takes it as it is, and runs none of it', async (ref) => {
  const upstream = newRepository({ Dockerfile: 'FROM scratch\nCOPY . /\n', a: 'a' });
  upstream.git('update-ref', `refs/tags/${ref}`, 'HEAD');
  const config = `${CONFIG}upstream_repo: ${upstream.url}\nupstream_ref: ${JSON.stringify(ref)}\n`;
  const repository = `team/refs${REFS.indexOf(ref)}`;
  const stage = openPlanning(`${server.host}/${repository}`, {
    'images/other/build-config.yaml': config,
  });
  try {
    const plan = await stage.plan({ ...MAIN, CI_JOB_TOKEN: 'glcbt-secret' });
    expect(work(plan).other).toBe(BOTH);
    const prepared = plan.handed.prepared.find(({ image }) => image === 'other');
    expect(prepared?.upstream).toMatchObject({ ref, name: `refs/tags/${ref}` });
    const settings = readGitlabSettings({ CICD_TAG_ARM64: 'arm' }, {}, {});
    expect(renderGitlab(plan, settings, writeHandedPlan).text).not.toContain('touch${IFS}');
    await stage.publish();
    const answer = await fetch(`http://${server.host}/v2/${repository}/manifests/other-latest`, {
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
    });
    const { annotations } = (await answer.json()) as { readonly annotations: Readonly<Record<string, string>> };
    expect(annotations['dev.hephy.image.upstream.ref']).toBe(`refs/tags/${ref}`);
    expect(existsSync(join(stage.workspace.root, 'canary'))).toBe(false);
    expect(existsSync('canary')).toBe(false);
  } finally {
    stage.remove();
  }
});
