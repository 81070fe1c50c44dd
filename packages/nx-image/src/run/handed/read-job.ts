import { closeSync, createReadStream, fstatSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Builder } from '../../builders/builder';
import { BUILT_FILES, builtDirectory } from '../../ci/built-files';
import { HephyError } from '../../errors/hephy-error';
import { redact } from '../../errors/redact';
import type { Platform } from '../../oci/platform';
import { LineSplitter } from '../../process/split-lines';
import { printableLine } from '../../report/printable';
import { openRegular } from '../../source/hash-file';
import { BuildLog } from '../build-log';

/** What a build job left of a platform; see `readJob`. */
export interface Job {
  /** undefined: it ended before its builder did. */
  readonly exitCode: number | undefined;
  readonly digestFile: string | undefined;
  /** Whether it ended the builder, whose time was up. */
  readonly timedOut: boolean;
  /** What was built; undefined: not left. */
  readonly dockerfile: string | undefined;
  /** What the job itself failed with, in one line. */
  readonly problem: string | undefined;
  /** Milliseconds of the epoch; undefined where they are not known. */
  readonly ran: { readonly from: number; readonly to: number } | undefined;
  /** What the builder said it was at, in order. */
  readonly said: readonly string[];
  /** The last lines of its output, as `BuilderEnd` has them. */
  readonly lines: readonly string[];
}

export interface JobToRead {
  /** Id of the run that the job was of. */
  readonly run: string;
  /** Of all jobs. */
  readonly built: string;
  readonly image: string;
  readonly platform: Platform;
  readonly builder: Builder;
  /** Where the builder's output is copied to, without secrets. */
  readonly logFile: string;
  readonly secrets: readonly string[];
}

const MAX_LINE = 4096;
const MAX_DOCKERFILE = 16 * 2 ** 20;
/** As much as a job leaves. Of a longer log the last part counts. */
const MAX_LOG = 8 * 2 ** 20;

/**
 * What lies in the platform's directory below `built` under the names of BUILT_FILES, whatever it is: whoever wrote the image's Dockerfile may have written it, too.
 * undefined: no job of this run has left anything.
 * @throws HephyError JOB_OUTPUT_INVALID
 */
export async function readJob(wanted: JobToRead): Promise<Job | undefined> {
  const { built, image, platform } = wanted;
  const place = builtDirectory(image, platform);
  const directory = join(built, place);
  const directories = [built, join(built, image), directory];
  if (!directories.every((path) => isDirectory(path, place))) return undefined;
  const read = (name: string, most = MAX_LINE) => readText(join(directory, name), `${place}/${name}`, most);
  if (read(BUILT_FILES.run)?.trim() !== wanted.run) return undefined;
  const status = read(BUILT_FILES.status)?.trim();
  const digestFile = read(BUILT_FILES.digest);
  const timedOut = read(BUILT_FILES.timedOut) !== undefined;
  const dockerfile = read(BUILT_FILES.dockerfile, MAX_DOCKERFILE);
  const ran = readTimes(read(BUILT_FILES.times));
  const problem = printableLine(redact(read(BUILT_FILES.problem)?.trim() ?? '', wanted.secrets)) || undefined;
  const log = join(directory, BUILT_FILES.log);
  const { said, lines } = await copyLog(log, `${place}/${BUILT_FILES.log}`, wanted);
  if (status !== undefined && !/^\d{1,3}$/.test(status))
    throw invalid(`${place}/${BUILT_FILES.status}`, 'it is no exit code');
  const exitCode = status === undefined ? undefined : Number(status);
  return { exitCode, digestFile, timedOut, dockerfile, problem, ran, said, lines };
}

function isDirectory(path: string, name: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory()) return true;
  throw invalid(name, 'it is no directory');
}

/** Follows no link, waits for no pipe. undefined: there is none. */
function open(path: string, name: string): number | undefined {
  try {
    return openRegular(path).file;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP' || code === 'ENXIO' || code === 'EISDIR') throw invalid(name, 'it is no regular file');
    if (code === 'EACCES' || code === 'EPERM') throw invalid(name, `it may not be read (${code})`);
    throw error;
  }
}

function readText(path: string, name: string, most: number): string | undefined {
  const file = open(path, name);
  if (file === undefined) return undefined;
  try {
    const { size } = fstatSync(file);
    if (size > most) throw invalid(name, `it is ${size} bytes long`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Begin and end in seconds since 1970, a line each. They are for reports only. */
function readTimes(text: string | undefined): Job['ran'] {
  const [from, to] = (text ?? '').trim().split(/\s+/).map(Number);
  if (from === undefined || to === undefined || !Number.isInteger(from) || !Number.isInteger(to)) return undefined;
  // An image is built within days, in this century.
  if (from < 1e9 || to > 4e9 || to < from || to - from > 7 * 86_400) return undefined;
  return { from: from * 1000, to: to * 1000 };
}

async function copyLog(
  path: string,
  name: string,
  { builder, logFile, secrets }: JobToRead,
): Promise<Pick<Job, 'said' | 'lines'>> {
  const file = open(path, name);
  const log = new BuildLog(logFile, secrets);
  const said: string[] = [];
  try {
    if (file === undefined) return { said, lines: [] };
    const start = Math.max(0, fstatSync(file).size - MAX_LOG);
    if (start > 0) log.write(`hephy: the first ${start} bytes are left out`);
    const splitter = new LineSplitter((line) => {
      const progress = builder.readProgress(log.write(line));
      if (progress !== undefined) said.push(progress.what);
    });
    for await (const chunk of createReadStream('', { fd: file, start })) splitter.push(chunk as Buffer);
    splitter.end();
    return { said, lines: log.lines() };
  } finally {
    log.close();
  }
}

function invalid(name: string, problem: string): HephyError {
  return new HephyError('JOB_OUTPUT_INVALID', `what a build job left as ${name} cannot be read: ${problem}`, {
    hint: 'Only the build job writes there. Retry it, and then this job; look at what the Dockerfile’s RUN instructions do if it comes back.',
  });
}
