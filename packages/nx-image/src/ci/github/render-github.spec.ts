import type { PlannedBuild, PlannedImage, PipelinePlan } from '../pipeline-plan';
import { MOST_JOBS } from './build-levels';
import { readGithubSettings } from './github-settings';
import type { ImageTargets } from './image-targets';
import type { MatrixJob } from './matrix-job';
import { renderGithub } from './render-github';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const ARM64 = { os: 'linux', architecture: 'arm64' };

function build(more: Partial<PlannedBuild> = {}): PlannedBuild {
  // Of a step and its Dockerfile the matrix has nothing: jobs plan them again from what they are handed.
  return {
    platform: AMD64,
    builder: 'kaniko',
    timeout: undefined,
    runs: true,
    pending: [],
    dockerfile: '',
    ...more,
  } as PlannedBuild;
}

function image(name: string, more: Partial<PlannedImage> = {}): PlannedImage {
  return {
    ...{
      image: name,
      project: name,
      root: `images/${name}`,
      manual: false,
      parents: [],
      lineage: [name],
      context: undefined,
    },
    ...{ builds: [build(), build({ platform: ARM64 })], failed: undefined, ...more },
  };
}

function planOf(images: readonly PlannedImage[], more: Partial<PipelinePlan> = {}): PipelinePlan {
  return { images, why: 'since abc', upToDate: 3, broken: 0, byHand: 0, notes: [], ...more } as PipelinePlan;
}

const targetsOf = (name: string): ImageTargets => {
  const suffix = name.endsWith('-debug') ? '--debug' : '';
  const project = name.replace(/-debug$/, '');
  return { project, manifest: `manifest${suffix}`, build: ({ architecture }) => `build-${architecture}${suffix}` };
};

function render(images: readonly PlannedImage[], levels = 2, asked: readonly string[] = [], env = {}) {
  const rendered = renderGithub(planOf(images), targetsOf, readGithubSettings(env, levels, asked));
  const outputs = new Map(
    rendered.outputs
      .trimEnd()
      .split('\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const jobs = (level: number): readonly MatrixJob[] => {
    const text = outputs.get(`build-${level}`) ?? '';
    return text === '' ? [] : (JSON.parse(text) as { include: MatrixJob[] }).include;
  };
  return { ...rendered, outputs, jobs };
}

describe('renderGithub', () => {
  it('has a matrix a level of FROM, each platform on a runner of its own', () => {
    const { jobs, outputs, publish } = render([image('base'), image('web', { parents: ['base'] }), image('other')]);
    expect(
      jobs(1)
        .map(({ name, runner }) => `${name} on ${String(runner)}`)
        .sort(),
    ).toEqual([
      'base amd64 on ubuntu-24.04',
      'base arm64 on ubuntu-24.04-arm',
      'other amd64 on ubuntu-24.04',
      'other arm64 on ubuntu-24.04-arm',
    ]);
    expect(jobs(2)).toEqual([
      {
        ...{ name: 'web amd64', target: 'build-amd64', projects: 'web', builds: '["web"]', platform: 'linux/amd64' },
        ...{ runner: 'ubuntu-24.04', packages: '', minutes: 360 },
      },
      expect.objectContaining({ name: 'web arm64', target: 'build-arm64', runner: 'ubuntu-24.04-arm' }),
    ]);
    expect(outputs.get('publish')).toBe('true');
    expect(publish).toBe('manifest\tbase,web,other\n');
  });

  it('counts what is not built as no level, and publishes it', () => {
    const there = image('base', { builds: [] });
    const { jobs, publish, published } = render([there, image('web', { parents: ['base'] })]);
    expect(jobs(1)).toHaveLength(2);
    expect(jobs(2)).toEqual([]);
    expect(publish).toBe('manifest\tbase,web\n');
    expect(published).toEqual(['base', 'web']);
  });

  it('says with empty outputs that there is nothing to do', () => {
    const { outputs, publish, summary } = render([]);
    expect(Object.fromEntries(outputs)).toEqual({ 'build-1': '', 'build-2': '', publish: '' });
    expect(publish).toBe('');
    expect(summary).toContain('0 to publish, 0 platforms to build, 3 up to date');
  });

  it('has what failed published, so that a job says so and fails', () => {
    const error = {
      code: 'BASE_NOT_FOUND',
      message: 'gone <b>',
      where: 'web/Dockerfile:1',
      hint: 'Push it.',
      output: [],
    };
    const { publish, summary } = render([image('base'), image('web', { builds: [], failed: error })]);
    expect(publish).toBe('manifest\tbase,web\n');
    expect(summary).toContain('1 to publish, 2 platforms to build, **1 that cannot be built**, 3 up to date');
    expect(summary).toMatch(/<summary><code>web<\/code> <code>BASE&#95;NOT&#95;FOUND<\/code><\/summary>/);
    expect(summary).toMatch(/web\/Dockerfile&#58;1&#58; gone &#60;b&#62;<\/code><br>\n<code>Push it.<\/code>/);
  });

  it('cuts the summary where GitHub would take none of it', () => {
    const failed = { code: 'BUG', message: '.'.repeat(1000), output: [] };
    const images = Array.from({ length: 2000 }, (_, index) => image(`image-${index}`, { builds: [], failed }));
    const { summary } = render(images);
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1000);
    expect(summary).toMatch(/\n\d+ more are in the log of the job.\n$/);
  });

  it('names variants by targets of their own', () => {
    const { jobs, publish } = render([image('kaniko'), image('kaniko-debug', { project: 'kaniko' })]);
    expect(
      jobs(1)
        .map(({ projects, target }) => `${projects}:${target}`)
        .sort(),
    ).toEqual(['kaniko:build-amd64', 'kaniko:build-amd64--debug', 'kaniko:build-arm64', 'kaniko:build-arm64--debug']);
    expect(publish).toBe('manifest\tkaniko\nmanifest--debug\tkaniko\n');
  });

  it.each([
    ['a builder', build({ builder: 'buildah' }), { packages: 'buildah', runner: 'ubuntu-24.04' }],
    [
      'an emulator, where there is no runner',
      build({ platform: { os: 'linux', architecture: 'riscv64' } }),
      { packages: 'qemu-user-static', runner: 'ubuntu-24.04' },
    ],
    [
      'no emulator where nothing runs',
      build({ platform: { os: 'linux', architecture: 'riscv64' }, runs: false }),
      { packages: '' },
    ],
    ['the time of its config, and some more', build({ timeout: 90_000 }), { minutes: 22 }],
    ['no more time than there is', build({ timeout: 86_400_000 }), { minutes: 360 }],
  ])('gives a job %s', (_, one, expected) => {
    expect(render([image('web', { builds: [one] })]).jobs(1)).toEqual([expect.objectContaining(expected)]);
  });

  it('takes runners that the repository names', () => {
    const env = { HEPHY_RUNNER_ARM64: 'self-hosted, arm64', HEPHY_RUNNER_AMD64: 'big' };
    const runners = render([image('web')], 2, [], env)
      .jobs(1)
      .map(({ runner }) => runner);
    expect(runners).toEqual(['big', ['self-hosted', 'arm64']]);
  });

  it('leaves manual images for those who name them, with what those are FROM', () => {
    const images = [
      image('base', { manual: true }),
      image('web', { manual: true, parents: ['base'] }),
      image('other', { manual: true }),
    ];
    const unasked = render(images);
    expect(unasked.outputs.get('publish')).toBe('');
    expect(unasked.summary).toMatch(/base.*is built by hand/);
    expect(render(images, 2, ['images/web/']).publish).toBe('manifest\tbase,web\n');
  });

  it('asks for the workflow to be written again where it has too few levels', () => {
    const images = [image('a'), image('b', { parents: ['a'] }), image('c', { parents: ['b'] })];
    expect(() => render(images)).toThrow(
      expect.objectContaining({
        code: 'WORKFLOW_OUTDATED',
        hint: expect.stringContaining('npx nx g @hephy/nx-image:github-actions') as string,
      }) as Error,
    );
    expect(render(images, 3).jobs(3)).toHaveLength(2);
  });

  it('has jobs build several images where a matrix cannot have one for each', () => {
    const images = Array.from({ length: 300 }, (_, index) => image(`image-${index}`));
    const { jobs } = render(images);
    expect(jobs(1).length).toBeLessThanOrEqual(MOST_JOBS);
    const built = jobs(1).flatMap(({ projects, target, builds }) => {
      expect(JSON.parse(builds)).toEqual(projects.split(','));
      return projects.split(',').map((project) => `${project}:${target}`);
    });
    expect(new Set(built).size).toBe(600);
  });

  it('refuses outputs that GitHub would cut', () => {
    const images = Array.from({ length: 9000 }, (_, index) => image(`${'x'.repeat(40)}-${index}`));
    expect(() => render(images)).toThrow(expect.objectContaining({ code: 'PIPELINE_TOO_LARGE' }) as Error);
  });

  it('lets no name begin another output, project or line', () => {
    const hostile = '$(touch canary)`x`"\'\nbuild-2={"include":[]}\npublish=\u2028';
    const { outputs, summary } = renderGithub(
      planOf([image(hostile, { project: 'web' })], { why: hostile, notes: [hostile] }),
      () => ({ ...targetsOf('web'), build: () => hostile }),
      readGithubSettings({}, 2, []),
    );
    const lines = outputs.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, line.indexOf('=')))).toEqual(['build-1', 'build-2', 'publish']);
    expect((JSON.parse(lines[0]!.slice('build-1='.length)) as { include: MatrixJob[] }).include[0]?.target).toBe(
      hostile,
    );
    expect(summary).not.toMatch(/^build-2=/m);
    for (const project of ['a,b', '!a', 'a\nb', 'a\tb']) {
      const named = () => ({ ...targetsOf('web'), project });
      expect(() => renderGithub(planOf([image('web')]), named, readGithubSettings({}, 2, []))).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error,
      );
    }
  });
});
