import { HephyError } from '../../errors/hephy-error';
import { pipelineMarkdown } from '../../report/markdown/pipeline-markdown';
import type { PipelinePlan, PlannedImage } from '../pipeline-plan';
import { buildLevels } from './build-levels';
import type { GithubSettings } from './github-settings';
import type { ImageTargets } from './image-targets';
import type { MatrixJob } from './matrix-job';

/** What the jobs of the workflow read: each a file beside the handed plan. */
export interface GithubPipeline {
  /** Lines for $GITHUB_OUTPUT: `build-<level>`, the matrix as JSON, empty where nothing is built; `publish`, `true` where anything is to be published. */
  readonly outputs: string;
  /** A line for each target of an index: the target, a tab, projects with commas between. */
  readonly publish: string;
  /** Names of the images of that. */
  readonly published: readonly string[];
  /** Markdown, for the summary of the job. */
  readonly summary: string;
}

/** Outputs of a job in UTF-16, all together: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs */
const MOST_OUTPUT = 1024 * 1024;

/** @throws HephyError WORKFLOW_OUTDATED, PIPELINE_TOO_LARGE, OPTIONS_INVALID of names that nx's command line cannot say */
export function renderGithub(
  plan: PipelinePlan,
  targetsOf: (image: string) => ImageTargets,
  settings: GithubSettings,
): GithubPipeline {
  const { images, waiting } = withoutWaiting(plan.images, settings.asked);
  for (const { image } of images) requirePlain(targetsOf(image).project);
  const levels = buildLevels(images, targetsOf, settings);
  const matrices = Array.from({ length: settings.levels }, (_, index) => matrixOutput(index + 1, levels[index] ?? []));
  const outputs = [...matrices, `publish=${images.length > 0 ? 'true' : ''}`, ''].join('\n');
  if (outputs.length * 2 > MOST_OUTPUT) {
    throw new HephyError(
      'PIPELINE_TOO_LARGE',
      `the matrices of ${images.length} images are longer than GitHub takes of a job: ${outputs.length * 2} of ${MOST_OUTPUT} bytes`,
      { hint: 'Build fewer at once: start the workflow by hand, with some of their names.' },
    );
  }
  return {
    outputs,
    publish: publishLines(images, targetsOf),
    published: images.map(({ image }) => image),
    summary: pipelineMarkdown({ ...plan, images, waiting }),
  };
}

/** JSON holds no line end, so that no value can begin another output. */
function matrixOutput(level: number, jobs: readonly MatrixJob[]): string {
  return `build-${level}=${jobs.length === 0 ? '' : JSON.stringify({ include: jobs })}`;
}

/** Manual images that nobody asked for are left out. One that is asked for brings those that it is FROM. */
function withoutWaiting(
  all: readonly PlannedImage[],
  asked: readonly string[],
): { readonly images: readonly PlannedImage[]; readonly waiting: readonly string[] } {
  const named = new Set(asked.map((word) => word.replace(/\/+$/, '')));
  const wanted = new Set<string>();
  for (const { image, project, root, parents } of all.toReversed()) {
    if (!wanted.has(image) && ![image, project, root].some((name) => named.has(name))) continue;
    wanted.add(image);
    for (const parent of parents) wanted.add(parent);
  }
  const images = all.filter(({ image, manual }) => !manual || wanted.has(image));
  return { images, waiting: all.filter((one) => !images.includes(one)).map(({ image }) => image) };
}

/** Of a project whose own image is published, nx comes to the variants too, and to all that they are FROM: see `HandedRun.publishes`. */
function publishLines(images: readonly PlannedImage[], targetsOf: (image: string) => ImageTargets): string {
  const projects = new Map<string, Set<string>>();
  for (const { image } of images) {
    const { manifest, project } = targetsOf(image);
    projects.set(manifest, (projects.get(manifest) ?? new Set()).add(project));
  }
  return [...projects].map(([target, names]) => `${target}\t${[...names].join(',')}\n`).join('');
}

function requirePlain(project: string): void {
  if (!/^!|[,\p{Cc}]/u.test(project)) return;
  throw new HephyError('OPTIONS_INVALID', `nx run-many cannot be told of a project named ${JSON.stringify(project)}`, {
    hint: 'Give it a name without commas that does not begin with `!`, in its project.json.',
  });
}
