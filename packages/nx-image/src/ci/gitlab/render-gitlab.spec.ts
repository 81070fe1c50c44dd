import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import {
  AMD64,
  ARM64,
  pipelineOf,
  plannedBuild,
  plannedImage,
  REPOSITORY,
  SETTINGS,
} from '../../../testing/planned-pipeline';
import type { HandedPlan } from '../handed-plan';
import type { PipelinePlan, PlannedContext } from '../pipeline-plan';
import { HephyError } from '../../errors/hephy-error';
import { REPORT_FILES } from '../../report/render-report';
import type { GitlabJob } from './job';
import { renderGitlab } from './render-gitlab';

const write = (plan: HandedPlan): string => `plan-of-${plan.prepared.map(({ image }) => image).join('-')}`;

type Pipeline = Readonly<Record<string, GitlabJob>>;

function render(plan: PipelinePlan, changes: Partial<typeof SETTINGS> = {}): Pipeline {
  const { text } = renderGitlab(plan, { ...SETTINGS, ...changes }, write);
  return parse(text, { version: '1.1' }) as Pipeline;
}

/** With what it extends, as GitLab merges them. */
function whole(pipeline: Pipeline, name: string): GitlabJob {
  const own = pipeline[name];
  if (own === undefined) throw new Error(`no ${name} in ${Object.keys(pipeline).join(', ')}`);
  const template = pipeline[own.extends ?? ''];
  return { ...template, ...own, artifacts: { ...template?.artifacts, ...own.artifacts } };
}

const jobNames = (pipeline: Pipeline) => Object.keys(pipeline).filter((name) => name.includes(' '));

/** Its code and message. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof HephyError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing is refused';
}

const standIn = `sha256:${'5'.repeat(64)}` as const;
const BASE = plannedImage('base', { builds: [plannedBuild(), plannedBuild(ARM64)] });
const WEB = plannedImage('web', {
  parents: ['base'],
  builds: [
    plannedBuild(AMD64, { pending: [{ standIn, image: 'base', platform: AMD64 }], timeout: 3_600_000 }),
    // A stage that runs on the building machine is FROM that machine's base.
    plannedBuild(ARM64, {
      pending: [ARM64, AMD64].map((platform) => ({ standIn, image: 'base', platform })),
    }),
  ],
});

describe('a base and what is FROM it', () => {
  const pipeline = render(pipelineOf([BASE, WEB]));

  test('jobs, and what each waits for', () => {
    expect(jobNames(pipeline)).toEqual([
      ...['build base amd64', 'build base arm64', 'build web amd64', 'build web arm64'],
      'publish 1',
    ]);
    expect(pipeline['build base amd64']?.needs).toEqual([]);
    expect(pipeline['build web amd64']?.needs).toEqual(['build base amd64']);
    expect(pipeline['build web arm64']?.needs).toEqual(['build base arm64', 'build base amd64']);
    expect(pipeline['publish 1']?.needs).toEqual(jobNames(pipeline).slice(0, 4));
    expect(pipeline.workflow).toEqual({ rules: [{ when: 'always' }] });
    expect(pipeline.stages).toEqual(['prepare', 'build', 'publish']);
  });

  test('a build: its image, runner, time, and what it leaves whatever happens', () => {
    expect(whole(pipeline, 'build web amd64')).toMatchObject({
      stage: 'build',
      image: { name: SETTINGS.kanikoImage, entrypoint: [''] },
      tags: ['linux-amd64'],
      interruptible: true,
      timeout: '75 minutes',
      artifacts: { when: 'always', expire_in: '1 week', paths: ['.hephy/built/web/amd64/'] },
    });
    expect(whole(pipeline, 'build web arm64').tags).toEqual(['linux-arm64']);
    expect(whole(pipeline, 'build base amd64').timeout).toBeUndefined();
  });

  test('a build runs also where what it needs failed, so that publishing waits for all of them', () => {
    const when = (name: string) => whole(pipeline, name).when;
    expect(['build base amd64', 'build base arm64'].map(when)).toEqual([undefined, undefined]);
    expect(['build web amd64', 'build web arm64'].map(when)).toEqual(['always', 'always']);
  });

  test('publishing: always, one at a time, never cut off by a newer pipeline', () => {
    const job = whole(pipeline, 'publish 1');
    expect(job).toMatchObject({
      stage: 'publish',
      image: { name: SETTINGS.hephyImage, entrypoint: [''] },
      tags: ['linux'],
      when: 'always',
      resource_group: `hephy ${REPOSITORY} trusted`,
      artifacts: { when: 'always', reports: { junit: `dist/hephy/${REPORT_FILES.junit}` } },
    });
    expect(job.interruptible).toBeUndefined();
    expect(job.before_script?.[0]).toBe('npm ci');
    expect(job.script?.at(-1)).toBe('npx --no hephy publish --plan .hephy/plan --built .hephy/built base web');
  });

  test('a lost runner is tried again; what failed, or took too long, is not', () => {
    for (const name of jobNames(pipeline)) {
      expect(whole(pipeline, name).retry).toEqual({
        max: 2,
        when: ['runner_system_failure', 'scheduler_failure', 'api_failure'],
      });
    }
  });
});

test('a role of AWS: an id token for each job, and no secret', () => {
  const pipeline = render(pipelineOf([BASE]), {
    awsRole: 'arn:aws:iam::123456789012:role/ci',
    awsAudience: 'https://aws',
  });
  for (const name of jobNames(pipeline)) {
    const job = whole(pipeline, name);
    expect(job.id_tokens).toEqual({ HEPHY_ID_TOKEN: { aud: 'https://aws' } });
    expect(job.script?.join('\n')).toContain("hephy_role arn:aws:iam::123456789012:role/ci ''");
  }
  expect(whole(render(pipelineOf([BASE])), 'publish 1').id_tokens).toBeUndefined();
});

test('one job prepares all contexts of one source, and images of it need no checkout', () => {
  const context: PlannedContext = {
    kind: 'prepared',
    source: { kind: 'upstream', repo: 'https://git.example.com/$x', commit: 'a'.repeat(40) },
    fingerprint: undefined,
  };
  const images = ['kaniko', 'kaniko--debug', 'tool'].map((name) =>
    plannedImage(name, { project: name.split('--')[0] ?? '', lineage: [name.split('--')[0] ?? ''], context }),
  );
  const pipeline = render(pipelineOf([...images, BASE]));
  const job = whole(pipeline, 'prepare kaniko and 1 more');
  expect(job).toMatchObject({ stage: 'prepare', needs: [], interruptible: true });
  expect(job.script?.at(-1)).toBe('npx --no hephy context --plan .hephy/plan --output .hephy/contexts kaniko tool');
  for (const { image } of images) {
    expect(pipeline[`build ${image} amd64`]).toMatchObject({
      needs: ['prepare kaniko and 1 more'],
      when: 'always',
      variables: { GIT_STRATEGY: 'none' },
    });
  }
  expect(pipeline['build kaniko--debug amd64']?.script?.[0]).toContain("hephy_prepared kaniko ''");
  expect(pipeline['build base amd64']?.variables).toBeUndefined();
});

test('what is built by hand: its jobs wait for somebody, and nobody for them', () => {
  const pipeline = render(
    pipelineOf([{ ...BASE, manual: true }, plannedImage('index', { manual: true, builds: [] }), plannedImage('a')]),
  );
  expect(pipeline['build base amd64']).toMatchObject({ when: 'manual', allow_failure: true });
  expect(pipeline['publish base (by hand)']?.when).toBeUndefined();
  expect(pipeline['publish index (by hand)']).toMatchObject({ when: 'manual', allow_failure: true, needs: [] });
  expect(pipeline['publish 1']?.needs).toEqual(['build a amd64']);
});

test('what is prepared for images built by hand alone: by itself, and whether it fails is nobody else’s matter', () => {
  const context: PlannedContext = { kind: 'prepared', source: { kind: 'target', project: 'a' }, fingerprint: '1' };
  const byHand = plannedImage('a', { manual: true, context });
  const prepared = (other: boolean) =>
    render(pipelineOf([byHand, plannedImage('b', { manual: other, context })]))['prepare a and 1 more'];
  expect(prepared(true)).toMatchObject({ allow_failure: true });
  expect(prepared(true)?.when).toBeUndefined();
  expect(prepared(false)?.allow_failure).toBeUndefined();
});

test('the time of build jobs is theirs alone', () => {
  const pipeline = render(pipelineOf([BASE, WEB]), { jobTimeout: '3h' });
  const time = (name: string) => whole(pipeline, name).timeout;
  expect(['build base amd64', 'build web amd64', 'publish 1'].map(time)).toEqual(['3h', '3h', undefined]);
});

test('an image that cannot be built is in a job that says so', () => {
  const failed = { code: 'BASE_NOT_FOUND', message: "what isn't there", output: [] };
  const pipeline = render(pipelineOf([plannedImage('web', { context: undefined, builds: [], failed })]));
  expect(jobNames(pipeline)).toEqual(['publish 1']);
  expect(pipeline['publish 1']).toMatchObject({ when: 'always', needs: [] });
  expect(pipeline['publish 1']?.script?.[0]).toBe(`printf '%s\\n' 'web: BASE_NOT_FOUND what isn'\\''t there' >&2`);
});

test('nothing to do is one job, which says so', () => {
  const plan = pipelineOf([], { upToDate: 7, broken: 1, byHand: 2, why: "compared with $(x) 'y'" });
  const { text, jobs, bytes } = renderGitlab(plan, SETTINGS, write);
  expect({ jobs, bytes }).toEqual({ jobs: 1, bytes: Buffer.byteLength(text) });
  const pipeline = parse(text) as Pipeline;
  expect(jobNames(pipeline)).toEqual(['nothing to do']);
  expect(whole(pipeline, 'nothing to do')).toMatchObject({ variables: { GIT_STRATEGY: 'none' }, needs: [] });
  expect(pipeline['nothing to do']?.script?.[0]).toContain(`'\\''y'\\'''`);
  expect(pipeline['nothing to do']?.script?.[0]).toContain(
    'nothing to do: 7 up to date, 1 untouched that cannot be built, 2 built by hand that the registry does not have. Base: compared ',
  );
});

test('where all is built by hand, a job runs by itself, for GitLab takes a pipeline of which none has for failed', () => {
  const byHand = ['a', 'b'].map((name) => plannedImage(name, { manual: true }));
  const pipeline = render(pipelineOf(byHand));
  expect(pipeline['nothing to do']?.when).toBeUndefined();
  expect(pipeline['nothing to do']?.script?.[0]).toContain('2 are built when somebody starts their jobs');
  expect(jobNames(render(pipelineOf([...byHand, plannedImage('c')])))).not.toContain('nothing to do');
});

test('a job gets the prepared parts that its images stand on', () => {
  const prepared = ['base', 'web', 'other'].map((image) => ({ image }) as HandedPlan['prepared'][number]);
  const plan = pipelineOf([BASE, { ...WEB, lineage: ['base', 'web'] }, plannedImage('other')]);
  const pipeline = render({ ...plan, handed: { ...plan.handed, prepared } }, { publishSize: 1 });
  const planOf = (name: string) => /plan-of-\S*/.exec(pipeline[name]?.script?.join('\n') ?? '')?.[0];
  expect(['publish 1', 'publish 2', 'publish 3'].map(planOf)).toEqual([
    'plan-of-base',
    'plan-of-base-web',
    'plan-of-other',
  ]);
});

test('buildah’s jobs are on its image', () => {
  const pipeline = render(pipelineOf([plannedImage('web', { builds: [plannedBuild(AMD64, { builder: 'buildah' })] })]));
  expect(whole(pipeline, 'build web amd64').image?.name).toBe(SETTINGS.buildahImage);
  expect(Object.keys(pipeline)).not.toContain('.hephy-kaniko');
});

test('variables are not expanded by GitLab', () => {
  const pipeline = render(pipelineOf([BASE]), { variables: { HEPHY_REGISTRY: 'r.example.com/$CI_JOB_TOKEN' } });
  expect(pipeline.variables).toEqual({ HEPHY_REGISTRY: { value: 'r.example.com/$CI_JOB_TOKEN', expand: false } });
  // One of the project of that name would count instead.
  expect(pipeline['publish 1']?.script?.[0]).toContain("\nexport 'HEPHY_REGISTRY=r.example.com/$CI_JOB_TOKEN'\n");
});

test('of a very large pipeline, scripts of builds are packed: those of an image together', () => {
  const variables = { LARGE: 'x'.repeat(1_100_000) };
  const [plain, packed] = [render(pipelineOf([BASE])), render(pipelineOf([BASE]), { variables, maxYamlSize: 4 })];
  expect(jobNames(packed)).toEqual(jobNames(plain));
  const { script, ...own } = plain['build base arm64'] ?? {};
  expect(packed['build base arm64']).toEqual({ ...own, extends: '.build-base' });
  expect(packed['.build-base']).toEqual({ extends: '.hephy-kaniko', script: [expect.any(String)] });
  const word = /^hephy_packed ([A-Za-z0-9+/=]+)\n$/.exec(packed['.build-base']?.script?.[0] ?? '')?.[1] ?? '';
  expect(gunzipSync(Buffer.from(word, 'base64')).toString()).toContain(`'build base arm64')\n${script?.[0]};;\n`);
  expect(packed['publish 1']?.script?.at(-1)).toBe(plain['publish 1']?.script?.at(-1));
});

describe('too much', () => {
  const of = (count: number) => pipelineOf(Array.from({ length: count }, (_, index) => plannedImage(`i${index}`)));

  test('jobs', () => {
    expect(refusal(() => render(of(20), { maxJobs: 20 }))).toBe(
      'PIPELINE_TOO_LARGE: the pipeline would have 21 jobs, and 20 are allowed',
    );
  });

  test('YAML', () => {
    const variables = { LARGE: 'x'.repeat(2_500_000) };
    expect(refusal(() => render(pipelineOf([BASE]), { variables, maxYamlSize: 100 }))).toBe(
      'PIPELINE_TOO_LARGE: the pipeline has 5.0 MB, and GitLab takes 5 MB',
    );
  });

  test('YAML, as GitLab counts it once it is read', () => {
    const variables = { LARGE: 'x'.repeat(1_000_000) };
    expect(refusal(() => render(pipelineOf([BASE]), { variables, maxYamlSize: 1 }))).toBe(
      'PIPELINE_TOO_LARGE: GitLab would take the pipeline for 1.9 MB of YAML, and it takes 1 MB',
    );
    expect(render(pipelineOf([BASE]), { variables, maxYamlSize: 3 })).toHaveProperty(['publish 1']);
  });

  test('bases', () => {
    const pending = of(51).images.map(({ image }) => ({ standIn, image, platform: AMD64 }));
    expect(
      refusal(() => render(pipelineOf([plannedImage('a', { builds: [plannedBuild(AMD64, { pending })] })]))),
    ).toContain('PIPELINE_TOO_LARGE: a is FROM 51 images');
  });
});

describe('an architecture without a runner', () => {
  const settings = { runnerTags: { amd64: ['x86'] } };

  test('is refused where programs of it run', () => {
    expect(refusal(() => render(pipelineOf([BASE]), settings))).toBe(
      'EMULATION_MISSING: no runner is of the architecture of base for linux/arm64',
    );
  });

  test('is emulated, or not needed', () => {
    const copied = plannedImage('copied', { builds: [plannedBuild(ARM64, { runs: false })] });
    expect(whole(render(pipelineOf([copied]), settings), 'build copied arm64').tags).toEqual(['x86']);
    const pipeline = render(pipelineOf([BASE]), { ...settings, foreign: 'emulate' });
    expect(whole(pipeline, 'build base arm64').tags).toEqual(['x86']);
  });
});

test('what GitLab would expand is refused', () => {
  expect(refusal(() => render(pipelineOf([BASE]), { plainTags: ['$CI_JOB_TOKEN'] }))).toContain('OPTIONS_INVALID: ');
});
