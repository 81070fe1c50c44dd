import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN } from '../testing/gitlab-variables';
import { publicTags, servePipelines } from '../testing/serve-pipelines';

const { open } = servePipelines();

test('where the result of one image cannot be written the others are published to their end', async () => {
  const { stage, tags, workspace } = open(MAIN);
  const plan = await stage.plan();
  await stage.build(plan);
  const publishing = stage.publish(plan, ['other', 'web', 'base'], {}, (phase) => {
    if (phase === 'publish') mkdirSync(join(workspace.root, 'dist/images/other/manifest.json'), { recursive: true });
  });
  await expect(publishing).rejects.toMatchObject({ code: 'EISDIR' });
  expect(publicTags('web', await tags())).toHaveLength(5);
});
