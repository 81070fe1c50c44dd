import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN } from '../testing/gitlab-variables';
import { BOTH, ON_BASE, servePlanning, work } from '../testing/planning-stage';
import { CONFIG } from '../testing/three-images';

const { open } = servePlanning();

describe('images that cannot be built', () => {
  it('fail alone, with those that are FROM them', async () => {
    const { plan } = open({ 'images/base/Dockerfile': 'FROM scratch\nADD --checksum=sha256:0 http://x /x\n' });
    const planned = await plan(MAIN);
    expect(work(planned)).toEqual({ base: 'DOCKERFILE_REFUSED', other: BOTH, web: 'PARENT_NOT_BUILT' });
    expect(planned.images.find(({ image }) => image === 'web')?.failed?.message).toBe(
      'skipped, because its base base cannot be built',
    );
  });

  it('are FROM one whose ONBUILD nobody verifies, which is yet to be built', async () => {
    const onBuild = 'FROM scratch\nONBUILD ADD --checksum=sha256:0 http://x /x\nCOPY a /\n';
    const { plan } = open({ 'images/base/Dockerfile': onBuild });
    expect(work(await plan(MAIN))).toEqual({ base: BOTH, other: BOTH, web: 'DOCKERFILE_REFUSED' });
  });

  it.each([
    ['buildah', BOTH],
    ['kaniko', 'JOB_PATH_CLOSED'],
  ])('write to a volume of the job: %s', async (builder, expected) => {
    const { plan } = open({
      'images/other/build-config.yaml': CONFIG.replace('buildah', builder),
      'images/other/Dockerfile': 'FROM scratch\nCOPY c /busybox/c\n',
    });
    expect(work(await plan(MAIN, { affected: ['other'] }))).toMatchObject({ other: expected });
  });

  it('hold files that no checkout has', async () => {
    const { plan, workspace } = open({ '.gitignore': 'dist\ncache\n*.js\n' });
    const generated = join(workspace.root, 'images/base/main.js');
    writeFileSync(generated, '1\n');
    const planned = await plan(MAIN);
    expect(work(planned)).toEqual({ base: 'CONTEXT_NOT_IN_GIT', other: BOTH, web: 'PARENT_NOT_BUILT' });
    expect(planned.images[0]?.failed?.message).toContain('not in git: main.js');
    rmSync(generated);
    expect(work(await plan(MAIN))).toEqual({ base: BOTH, other: BOTH, web: ON_BASE });
  });

  it('have a context target that fails; what one writes comes from a job', async () => {
    const { plan, workspace } = open({ '.gitignore': 'dist\ncache\nnode_modules\n*.js\n' });
    mkdirSync(join(workspace.root, 'node_modules/nx/bin'), { recursive: true });
    writeFileSync(join(workspace.root, 'package.json'), '{}');
    writeFileSync(join(workspace.root, 'node_modules/nx/package.json'), '{"name": "nx"}');
    const nx = `const { writeFileSync } = require('fs');
      const projects = process.argv.at(-1).split(',');
      for (const one of projects) if (one !== 'other') writeFileSync('images/' + one + '/main.js', one);
      process.exitCode = projects.includes('other') ? 1 : 0;`;
    writeFileSync(join(workspace.root, 'node_modules/nx/bin/nx.js'), nx);
    const contextTargetOf = (root: string) =>
      root === 'images/web' ? undefined : { project: root.slice('images/'.length), target: 'context' };
    const planned = await plan(MAIN, { contextTargetOf });
    expect(work(planned)).toEqual({ base: BOTH, other: 'CONTEXT_TARGET_FAILED', web: ON_BASE });
    expect(planned.images[0]?.context).toMatchObject({ kind: 'prepared', source: { kind: 'target', project: 'base' } });
  });
});
