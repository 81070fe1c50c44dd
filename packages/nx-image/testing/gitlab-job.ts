import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { contextFingerprint } from '../src/ci/context-fingerprint';
import { renderGitlab } from '../src/ci/gitlab/render-gitlab';
import type { GitlabSettings } from '../src/ci/gitlab-settings';
import type { PlannedBuild, PlannedImage } from '../src/ci/pipeline-plan';
import { archName } from '../src/oci/platform';
import type { TestEngine } from './engines';
import { pipelineOf, plannedImage, SETTINGS } from './planned-pipeline';

interface ParsedJob {
  readonly extends?: string;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
}

/** What a runner puts together of a pipeline's YAML, as GitLab reads it: one script in one shell, which stops at the first failure. */
export function scriptOf(yaml: string, job: string): string {
  const jobs = parse(yaml, { version: '1.1' }) as Readonly<Record<string, ParsedJob>>;
  const whole = (name: string): ParsedJob => {
    const own = jobs[name];
    if (own === undefined) throw new Error(`no job ${name} in ${Object.keys(jobs).join(', ')}`);
    return own.extends === undefined ? own : { ...whole(own.extends), ...own };
  };
  const { before_script: before = [], script = [] } = whole(job);
  return [`export CI_JOB_NAME='${job}'`, 'set -e', ...before, ...script].join('\n');
}

/** A checkout with the files of one image, `web`, where its build job runs. */
export interface JobStage {
  /** The checkout. */
  readonly directory: string;
  /** The script of a job that builds `web` from these files; the job's paths are of the checkout. */
  script(build: PlannedBuild, changes?: Partial<PlannedImage>, settings?: Partial<GitlabSettings>): string;
  /** A file that the job left, by its name in BUILT_FILES; undefined: it did not. */
  left(name: string): string | undefined;
  remove(): void;
}

export const JOB_ARCH = process.arch === 'x64' ? 'amd64' : process.arch;

export function setJobStage(files: Readonly<Record<string, string>>, name = 'checkout'): JobStage {
  const own = realpathSync(mkdtempSync(join(tmpdir(), 'hephy-job-')));
  const directory = join(own, name);
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, 'projects/web', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const entries = Object.entries(files).map(([path, text]) => ({
    path,
    kind: 'file' as const,
    content: createHash('sha256').update(text).digest('hex'),
  }));
  return {
    directory,
    script: (build, changes = {}, settings = {}) => {
      const context = {
        kind: 'checkout' as const,
        directory: 'projects/web',
        remove: [],
        fingerprint: contextFingerprint({ entries }),
      };
      const image = plannedImage('web', { context, builds: [build], ...changes });
      const { text } = renderGitlab(pipelineOf([image]), { ...SETTINGS, ...settings }, () => 'plan');
      return scriptOf(text, `build web ${archName(build.platform)}`);
    },
    left: (file) => {
      const path = join(directory, '.hephy/built/web', JOB_ARCH, file);
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    },
    remove: () => {
      rmSync(own, { recursive: true, force: true });
    },
  };
}

export interface JobEnd {
  /** undefined: it was ended by a signal. */
  readonly status: number | undefined;
  readonly output: string;
}

/** As a runner has a shell read it: evaluated, with nothing on its input. $1 is the file. */
const EVALUATE = ': | eval "$(cat "$1")"';

/** Runs a script in the job's directory with a shell of this machine. */
export function runJob(
  [program, ...args]: readonly [string, ...string[]],
  directory: string,
  script: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<JobEnd> {
  const file = `${directory}.sh`;
  writeFileSync(file, script);
  return runToEnd(program, [...args, '-c', EVALUATE, 'sh', file], directory, {
    PATH: process.env.PATH,
    HOME: dirname(directory),
    CI_PROJECT_DIR: directory,
    ...env,
  });
}

/** Runs a script in a container of an image with a shell, the job's directory being a volume, as GitLab's docker executor does. `options`: of `docker run`. */
export function runJobInContainer(
  engine: TestEngine,
  image: string,
  directory: string,
  script: string,
  env: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Promise<JobEnd> {
  writeFileSync(`${directory}.sh`, script);
  const variables = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
  const mounts = [`--volume=${dirname(directory)}:/builds`, `--workdir=/builds/${basename(directory)}`];
  return runToEnd(
    engine.name,
    [
      ...['run', '--rm', '--network=host', ...options, ...mounts, ...variables, '--entrypoint=', image],
      ...['sh', '-c', EVALUATE, 'sh', `/builds/${basename(directory)}.sh`],
    ],
    directory,
    engine.env,
  );
}

async function runToEnd(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<JobEnd> {
  const child = spawn(program, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { status: status ?? undefined, output };
}
