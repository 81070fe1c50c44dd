import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readGithubSettings } from '../ci/github/github-settings';
import { renderGitlab } from '../ci/gitlab/render-gitlab';
import { GITLAB_FLAGS, readGitlabSettings, type GitlabFlags } from '../ci/read-gitlab-settings';
import { HephyError } from '../errors/hephy-error';
import { pipelineText } from '../report/pipeline-text';
import { writeHandedPlan } from '../run/handed/plan-text';
import { jobVariables } from '../run/pipeline/job-variables';
import { pinJobImages } from '../run/pipeline/pin-job-images';
import { refuseSecrets } from '../run/pipeline/refuse-secrets';
import { writeWhole } from '../run/result-file';
import { UsageError, type Command, type Terminal } from './command';
import { withPipeline, type PipelineChoice } from './open-pipeline';
import { tellNotes } from './tell-notes';
import { writeGithub } from './write-github';

/** Volumes of Kaniko's debug image, and where GitLab's runners mount the checkout and their cache. */
const CLOSED_PATHS = ['/busybox', '/builds', '/cache'];

const COMMON = {
  output: { type: 'string' },
  base: { type: 'string' },
  'merge-requests': { type: 'string' },
  missing: { type: 'string' },
} as const;

/** What changed, as a pipeline: of GitLab, a child pipeline's YAML; of GitHub Actions, what its jobs read. Nothing is built. */
export const pipelineCommand: Command = async ([system, ...argv], terminal) => {
  switch (system) {
    case 'gitlab':
      return writeGitlabPipeline(argv, terminal);
    case 'github':
      return writeGithubPipeline(argv, terminal);
    default:
      throw new UsageError('it takes the CI system that the pipeline is for: gitlab or github');
  }
};

async function writeGitlabPipeline(argv: readonly string[], terminal: Terminal): Promise<number> {
  const flags = Object.fromEntries(Object.keys(GITLAB_FLAGS).map((flag) => [flag, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...argv], options: { ...flags, ...COMMON } });
  const read = (variables: Readonly<Record<string, string>>) =>
    readGitlabSettings(process.env, values as GitlabFlags, variables);
  const file = values.output ?? 'hephy-pipeline.yml';
  const choice = choiceOf(values);
  // Wrong values are said before anything is looked for.
  const native = nativeOf(read({}).runnerTags);
  const options = { ...choice, native, closedPaths: CLOSED_PATHS, onEvent: tellNotes(terminal.writeError) };
  return withPipeline(options, async ({ context, images, plan }) => {
    const settings = await pinJobImages(context, plan, read(jobVariables(context, images, plan)));
    const { text, jobs, bytes } = renderGitlab(plan, settings, writeHandedPlan);
    refuseSecrets(context, images, [text, JSON.stringify(plan)]);
    write(file, (path) => {
      writeWhole(path, text);
    });
    terminal.write(`${pipelineText({ ...plan, written: { file, jobs, bytes } }, terminal)}\n`);
    return 0;
  });
}

async function writeGithubPipeline(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { levels: { type: 'string' }, ...COMMON } });
  const directory = values.output ?? 'dist/pipeline';
  const levels = Number(values.levels ?? '1');
  if (!Number.isInteger(levels) || levels < 1)
    throw new UsageError('--levels is how many levels of builds the workflow has');
  const choice = choiceOf(values);
  const native = nativeOf(readGithubSettings(process.env, levels, []).runners);
  // Its token may read the registry, and nothing else.
  const options = {
    ...choice,
    native,
    closedPaths: [],
    leavesDownloads: true,
    onEvent: tellNotes(terminal.writeError),
  };
  return withPipeline(options, (opened) => {
    const { plan, asked } = opened;
    refuseSecrets(opened.context, opened.images, [JSON.stringify(plan)]);
    const settings = readGithubSettings(process.env, levels, asked);
    write(directory, (path) => {
      writeGithub(path, plan, settings, opened);
    });
    terminal.write(`${pipelineText({ ...plan, written: undefined }, terminal)}\n`);
    return 0;
  });
}

/** Flags, then the variables that inputs of the component become. @throws HephyError OPTIONS_INVALID */
function choiceOf(values: {
  readonly base?: string | undefined;
  readonly 'merge-requests'?: string | undefined;
  readonly missing?: string | undefined;
}): PipelineChoice {
  const { env } = process;
  const one = (flag: 'merge-requests' | 'missing', variable: string, known: readonly string[]): string => {
    const given =
      [values[flag], env[variable]?.trim()].find((value) => value !== undefined && value !== '') ?? known[0] ?? '';
    if (known.includes(given)) return given;
    const what = `--${flag} (${variable}) is ${JSON.stringify(given)}, and has to be one of ${known.join(', ')}`;
    throw new HephyError('OPTIONS_INVALID', what);
  };
  return {
    base: values.base,
    mergeRequests: one('merge-requests', 'HEPHY_CI_MERGE_REQUESTS', ['push', 'build']) === 'build' ? 'build' : 'push',
    missing: one('missing', 'HEPHY_CI_LOOK_FOR_MISSING', ['true', 'false']) === 'true',
  };
}

/** As the renderers have it: what has no runner of its own is built on amd64, where there is one. */
function nativeOf(runners: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.keys(runners).sort((a, b) => Number(b === 'amd64') - Number(a === 'amd64'));
}

function write(file: string, work: (path: string) => void): void {
  try {
    work(resolve(file));
  } catch (cause) {
    if (cause instanceof HephyError || !(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new HephyError('OPTIONS_INVALID', `--output ${file} cannot be written: ${cause.message}`, { cause });
  }
}
