import { join } from 'node:path';
import type { Base } from '../ci/base-question';
import { HephyError } from '../errors/hephy-error';
import { redact } from '../errors/redact';
import { appendGitConfig } from '../source/git-environment';
import { parseJson } from '../plan/parse-json';
import { comparableCommit } from '../source/changes/comparable-commit';
import { listChanges, type Changes } from '../source/changes/list-changes';
import { ledTo } from '../source/changes/led-to';
import { namedBy } from '../source/named-by';
import type { GitAccess } from '../source/run-git';
import { findTouching } from './find-touching';
import type { ImagePlace } from './image-places';
import { startNx } from './run-nx';

export interface AffectedInput extends GitAccess {
  readonly workspaceRoot: string;
  /** See `findBaseCommit` of source/changes. */
  readonly base: Base;
  /** All of the workspace. */
  readonly images: readonly ImagePlace[] | Promise<readonly ImagePlace[]>;
  readonly signal: AbortSignal;
}

/**
 * Names of the projects of nx that `nx affected` takes, images or not. `all`: everything is new, or something changed that nx cannot be told of, or that
 * an image is made of and nx takes for another project's, or for nobody's; never less than what is affected.
 * @throws HephyError AFFECTED_FAILED, TOOL_MISSING, BUILD_CANCELLED, CHECKOUT_UNREADABLE
 */
export async function findAffected(input: AffectedInput): Promise<readonly string[] | 'all'> {
  const { base } = input;
  if (base.kind === 'everything') return 'all';
  const changes = await listChanges(input, base.commit);
  if (changes.paths.length + changes.beside.length === 0) return [];
  if (isBeyondNx(changes)) return 'all';
  const affected =
    changes.paths.length === 0 ? [] : await askNx(input, await comparableCommit(input, base), changes.config);
  return (await isUnseen(changes, affected, input)) ? 'all' : affected;
}

/** nx reads 10 MB of names, a line each. */
const MOST_BYTES = 8_000_000;

/** nx reads the paths line by line from `git diff`, which quotes some. */
function isBeyondNx({ paths }: Changes): boolean {
  let bytes = 0;
  for (const path of paths) {
    // eslint-disable-next-line no-control-regex -- those are what git quotes
    if (/["\\\u0000-\u001f\u007f]/.test(path) || path !== path.trimStart()) return true;
    bytes += Buffer.byteLength(path) + 1;
  }
  return bytes > MOST_BYTES;
}

/**
 * Whether something changed by which an image may be another one that nx does not take for affected: nx knows no file that .gitignore names, though git has it, gives each file to the
 * innermost project, follows no links, and takes what is in a submodule for unchanged. What .nxignore names is the user's word that nothing depends on it.
 */
async function isUnseen(changes: Changes, affected: readonly string[], input: AffectedInput): Promise<boolean> {
  const { workspaceRoot } = input;
  const seen = new Set(affected);
  const places = (await input.images)
    .filter(({ project }) => !seen.has(project))
    .flatMap(({ paths }) => paths.flatMap((path) => ledTo(workspaceRoot, path)));
  if (findTouching(changes.beside, places).length > 0) return true;
  const touching = findTouching(changes.paths, places);
  const named = await namedBy(input, join(workspaceRoot, '.nxignore'), touching);
  return touching.length > (named ?? []).length;
}

async function askNx(
  input: AffectedInput,
  commit: string,
  config: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { workspaceRoot, env, runProcess, signal } = input;
  const stdout: string[] = [];
  const stderr: string[] = [];
  const end = await startNx({
    ...{ workspaceRoot, runProcess, signal },
    arguments: ['show', 'projects', '--affected', '--json', `--base=${commit}`, '--head=HEAD'],
    env: appendGitConfig(env, config),
    onLine: (line, stream) => {
      (stream === 'stdout' ? stdout : stderr).push(line);
    },
  });
  const names = end.kind === 'exited' && end.exitCode === 0 ? readNames(stdout) : undefined;
  if (names !== undefined) return names;
  throw new HephyError('AFFECTED_FAILED', `nx does not say what is affected since ${commit}`, {
    hint: `Run \`npx nx show projects --affected --base=${commit}\` and mend what it says.`,
    output: [...stdout, ...stderr]
      .filter((line) => line.trim() !== '')
      .slice(-20)
      .map((line) => redact(line)),
  });
}

/** Notes of nx and of plugins may stand around the answer. undefined: there is none. */
function readNames(lines: readonly string[]): readonly string[] | undefined {
  for (const line of [...lines].reverse()) {
    if (!line.startsWith('[')) continue;
    const names = parseJson(line);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  }
  return undefined;
}
