import { copyFileSync } from 'node:fs';
import { MAIN } from '../testing/gitlab-variables';
import { allBuilt, buildOf, endsOf, servePipelines } from '../testing/serve-pipelines';

const { open } = servePipelines();

test('what a job leaves is what its builder pushed, and no other image of the repository', async () => {
  const { stage, tags } = open(MAIN);
  const planned = await stage.plan();
  await stage.build(planned);
  copyFileSync(stage.fileOf('other', 'amd64', 'digest'), stage.fileOf('web', 'amd64', 'digest'));
  const end = await stage.publish(planned, ['base', 'web', 'other']);
  expect(endsOf(end)).toEqual([
    ...allBuilt('base'),
    ...['web linux/amd64 failed IMAGE_DIGEST_WRONG', 'web linux/arm64 built', 'web skipped'],
    ...allBuilt('other'),
  ]);
  expect(buildOf(end, 'web').error).toMatchObject({
    message: expect.stringMatching(
      /^the job that built web linux\/amd64 has left sha256:\w+, and push-\w+-amd64, where it pushed to, is sha256:/,
    ) as string,
    hint: expect.stringContaining('Retry the build job') as string,
  });
  expect((await tags()).filter((tag) => /^(?:last-)?web\b/.test(tag))).toEqual([]);
});
