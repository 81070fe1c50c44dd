import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import { archName, parsePlatform, type Platform } from '../oci/platform';
import type { ResultKind } from '../report/explain-result';
import { isBuildResult, isImageResult, isManifestResult, isPrepareResult } from '../report/is-result';
import type { BuildResult, ImageResult, ManifestResult, PrepareResult } from '../report/result';

export type StepResult = PrepareResult | BuildResult | ManifestResult;

/** What no step knows of its image. */
export type ImageFacts = Pick<ImageResult, 'image' | 'root' | 'repository'>;

/** Where results lie, relative to the workspace root. */
export const RESULTS_DIRECTORY = 'dist/images';

/**
 * The results of one run: `dist/images/<image>/{prepare,build-<arch>,manifest,result}.json`. Files are written whole or not at all, and checked when
 * read: HephyError RESULT_INVALID for what is none. undefined: there is none, or another run left it.
 */
export interface ResultStore {
  prepare(image: string): PrepareResult | undefined;
  build(image: string, platform: Platform): BuildResult | undefined;
  manifest(image: string): ManifestResult | undefined;
  /** Answers the path, relative to the workspace root. */
  write(result: StepResult): string;
  /**
   * Joins the steps that this run has written so far into `result.json`. Each task calls it after its own `write`: in whatever order the tasks of an
   * image end, in however many processes, the file has all of them in the end.
   */
  updateImage(facts: ImageFacts): ImageResult;
}

/** Everything is synchronous: for small files in the page cache a thread pool costs several times the read. */
export function resultStore(workspaceRoot: string, run: string): ResultStore {
  const write = (path: string, value: StepResult | ImageResult): string => {
    writeWhole(join(workspaceRoot, path), `${JSON.stringify(value, null, 2)}\n`);
    return path;
  };
  const read = <T extends StepResult>(path: string, kind: ResultKind, is: (value: unknown) => value is T) => {
    const result = readResult(workspaceRoot, path, kind, is, run);
    return result?.run === run ? result : undefined;
  };
  const prepareOf = (image: string) => read(pathOf(image, 'prepare'), 'prepare', isPrepareResult);
  const manifestOf = (image: string) => read(pathOf(image, 'manifest'), 'manifest', isManifestResult);

  /** Differs after any step of the image was written: a rename brings another inode. */
  const stampOf = (image: string): string => {
    const directory = join(workspaceRoot, RESULTS_DIRECTORY, image);
    return namesIn(directory)
      .filter((name) => name.endsWith('.json') && name !== 'result.json')
      .map((name) => {
        const { ino, mtimeNs } = statSync(join(directory, name), { bigint: true });
        return `${name} ${ino} ${mtimeNs}`;
      })
      .join('\n');
  };
  const gather = ({ image, root, repository }: ImageFacts): ImageResult => {
    const prepare = prepareOf(image);
    const manifest = manifestOf(image);
    const builds = namesIn(join(workspaceRoot, RESULTS_DIRECTORY, image))
      .filter((name) => /^build-.*\.json$/.test(name))
      .map((name) => read(`${RESULTS_DIRECTORY}/${image}/${name}`, 'build', isBuildResult))
      .filter((build) => build !== undefined);
    return {
      ...{ version: 1, run, image, root, repository },
      ...(prepare === undefined ? {} : { prepare }),
      builds,
      ...(manifest === undefined ? {} : { manifest }),
    };
  };

  return {
    prepare: prepareOf,
    build: (image, platform) => read(pathOf(image, `build-${archName(platform)}`), 'build', isBuildResult),
    manifest: manifestOf,
    write: (result) => write(pathOf(result.image, stepName(result)), result),
    updateImage: (facts) => {
      // Another process may write its step, and join the steps, between our look and our rename: then once more.
      for (;;) {
        const before = stampOf(facts.image);
        const result = gather(facts);
        write(pathOf(facts.image, 'result'), result);
        if (stampOf(facts.image) === before) return result;
      }
    },
  };
}

/** Every image's last `result.json`, of whatever run, by name; the error of each file that is none. */
export function readImageResults(workspaceRoot: string): {
  readonly results: readonly ImageResult[];
  readonly errors: readonly HephyError[];
} {
  const results: ImageResult[] = [];
  const errors: HephyError[] = [];
  for (const image of namesIn(join(workspaceRoot, RESULTS_DIRECTORY)).filter((name) => IMAGE.test(name))) {
    try {
      const result = readResult(workspaceRoot, pathOf(image, 'result'), 'image', isImageResult);
      if (result !== undefined) results.push(result);
    } catch (error) {
      if (!(error instanceof HephyError)) throw error;
      errors.push(error);
    }
  }
  return { results, errors };
}

function stepName(result: StepResult): string {
  if (result.step !== 'build') return result.step;
  const platform = parsePlatform(result.platform);
  if (platform === undefined) throw new Error(`a build result of the platform ${JSON.stringify(result.platform)}`);
  return `build-${archName(platform)}`;
}

/** No name of an image leads out of the directory; what the graph allows is less. */
const IMAGE = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

function pathOf(image: string, name: string): string {
  if (!IMAGE.test(image)) throw new Error(`a result of an image named ${JSON.stringify(image)}`);
  return `${RESULTS_DIRECTORY}/${image}/${name}.json`;
}

function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Sorted; none where there is no such directory. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** @param run whose results are asked for: those of another, of another version of hephy even, are nobody's concern */
function readResult<T>(
  workspaceRoot: string,
  path: string,
  kind: ResultKind,
  is: (value: unknown) => value is T,
  run?: string,
): T | undefined {
  let text: string;
  try {
    text = readFileSync(join(workspaceRoot, path), 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  const value = parseJson(text);
  if (is(value)) return value;
  if (run !== undefined && isOfAnother(run, value)) return undefined;
  // Loads zod: only to say what is wrong.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would make every read asynchronous
  const { explainResult } = require('../report/explain-result') as typeof import('../report/explain-result');
  const problem = value === undefined ? 'it is no JSON' : explainResult(kind, value);
  if (problem === undefined) return value as T;
  throw new HephyError('RESULT_INVALID', `this is no result that hephy can read: ${problem}`, {
    where: { file: path },
    hint: 'Delete the file and run the target again: every run makes its results anew.',
  });
}

function isOfAnother(run: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('run' in value)) return false;
  return typeof value.run === 'string' && value.run !== run;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** ENOTDIR: a file lies where the directory would. */
function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
