import { statSync } from 'node:fs';
import { join } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import { archName, parsePlatform, type Platform } from '../oci/platform';
import type { ResultKind } from '../report/explain-result';
import { isBuildResult, isImageResult, isManifestResult, isPrepareResult } from '../report/is-result';
import type { BuildResult, ImageResult, ManifestResult, PrepareResult } from '../report/result';
import { isAbsent, namesIn, readResult, writeWhole } from './result-file';

export type StepResult = PrepareResult | BuildResult | ManifestResult;

/** What no step knows of its image. */
export type ImageFacts = Pick<ImageResult, 'image' | 'root' | 'repository'>;

/** Where results lie, relative to the workspace root. */
export const RESULTS_DIRECTORY = 'dist/images';

/** The log of a platform's builder, from the workspace root. */
export function logOf({ name }: { readonly name: string }, platform: Platform): string {
  return `${RESULTS_DIRECTORY}/${name}/build-${archName(platform)}.log`;
}

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
  // Steps are read again for each that ends beside them: of a file that is the same file still, what was read before.
  const known = new Map<string, { readonly stamp: string; readonly result: StepResult | undefined }>();
  const read = <T extends StepResult>(path: string, kind: ResultKind, is: (value: unknown) => value is T) => {
    const stamp = stampFile(join(workspaceRoot, path));
    const before = known.get(path);
    if (stamp !== undefined && before?.stamp === stamp) return before.result as T | undefined;
    const found = readResult(workspaceRoot, path, kind, is, run);
    const result = found?.run === run ? found : undefined;
    if (stamp !== undefined) known.set(path, { stamp, result });
    return result;
  };
  const prepareOf = (image: string) => read(pathOf(image, 'prepare'), 'prepare', isPrepareResult);
  const manifestOf = (image: string) => read(pathOf(image, 'manifest'), 'manifest', isManifestResult);

  /** Differs after any step of the image was written. */
  const stampOf = (image: string): string => {
    const directory = join(workspaceRoot, RESULTS_DIRECTORY, image);
    return namesIn(directory)
      .filter((name) => name.endsWith('.json') && name !== 'result.json')
      .map((name) => `${name} ${stampFile(join(directory, name)) ?? ''}`)
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

/** Differs after the file was written: a rename brings another inode. undefined: there is none. */
function stampFile(file: string): string | undefined {
  try {
    const { ino, mtimeNs, size } = statSync(file, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
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
