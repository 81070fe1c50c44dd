import { writeFileSync } from 'node:fs';
import { MAIN } from '../testing/gitlab-variables';
import { endsOf, publicTags, servePipelines } from '../testing/serve-pipelines';
import { CONFIG } from '../testing/three-images';

const { open } = servePipelines();

describe('an image FROM one of which another job has only a part', () => {
  it('is not published, though its own platform is there; nor is it where one job has both', async () => {
    const { stage, tags } = open(MAIN, { 'images/web/build-config.yaml': CONFIG.replace(', linux/arm64', '') });
    const plan = await stage.plan();
    await stage.build(plan);
    const status = stage.fileOf('base', 'arm64', 'status');
    writeFileSync(status, '1\n');
    expect(endsOf(await stage.publish(plan, ['base'])).at(-1)).toBe('base skipped');
    const end = await stage.publish(plan, ['web']);
    expect(endsOf(end)).toEqual(['web linux/amd64 built', 'web skipped']);
    expect(end.results[0]?.manifest?.reason).toBe('base is not published: its own jobs have not done that');
    expect(end.failed).toBe(true);
    expect(endsOf(await stage.publish(plan, ['web', 'base']))).toContain('web skipped');
    expect((await tags()).filter((tag) => /^(?:last-web|web-latest)$/.test(tag))).toEqual([]);
    // A retry of the job that failed, and of both that publish.
    writeFileSync(status, '0\n');
    expect(endsOf(await stage.publish(plan, ['base'])).at(-1)).toBe('base built');
    expect(endsOf(await stage.publish(plan, ['web'])).at(-1)).toBe('web built');
    expect(publicTags('web', await tags())).toHaveLength(4);
  });
});
