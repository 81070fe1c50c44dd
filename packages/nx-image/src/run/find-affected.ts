import type { Base } from '../ci/base-question';
import { HephyError } from '../errors/hephy-error';
import { redact } from '../errors/redact';
import { appendGitConfig } from '../source/git-environment';
import { parseJson } from '../plan/parse-json';
import { comparableCommit } from '../source/changes/comparable-commit';
import { listChanges, type Changes } from '../source/changes/list-changes';
import type { GitAccess } from '../source/run-git';
import { startNx } from './run-nx';

export interface AffectedInput extends GitAccess {
  readonly workspaceRoot: string;
  /** See `findBaseCommit` of source/changes. */
  readonly base: Base;
  /** What the manifest targets of this workspace are called: the projects that have one of them are asked for. */
  readonly targets: readonly string[];
  /** Of image directories, relative to the workspace root; waited for only where submodules changed. */
  readonly imageRoots: readonly string[] | Promise<readonly string[]>;
  readonly signal: AbortSignal;
}

/**
 * Names of the projects of nx that `nx affected` takes and that have one of the targets, in nx's order. `all`: everything is new, or something changed that nx cannot be told of; never
 * less than what is affected.
 * @throws HephyError AFFECTED_FAILED, TOOL_MISSING, BUILD_CANCELLED, CHECKOUT_UNREADABLE
 */
export async function findAffected(input: AffectedInput): Promise<readonly string[] | 'all'> {
  const { base } = input;
  if (base.kind === 'everything') return 'all';
  const changes = await listChanges(input, base.commit);
  if (changes.paths.length === 0) return [];
  if (isBeyondNx(changes) || (await changesRoots(changes, input))) return 'all';
  return askNx(input, await comparableCommit(input, base), changes.config);
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

/** A submodule is one path, so that what nx has found inside of it would not be affected. */
async function changesRoots({ submodules }: Changes, input: AffectedInput): Promise<boolean> {
  if (submodules.length === 0) return false;
  const roots = await input.imageRoots;
  return submodules.some((path) => roots.some((root) => root.startsWith(`${path}/`)));
}

async function askNx(
  input: AffectedInput,
  commit: string,
  config: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { workspaceRoot, targets, env, runProcess, signal } = input;
  const stdout: string[] = [];
  const stderr: string[] = [];
  const end = await startNx({
    ...{ workspaceRoot, runProcess, signal },
    arguments: [
      ...['show', 'projects', '--affected', '--json', `--base=${commit}`, '--head=HEAD'],
      ...targets.map((target) => `--with-target=${target}`),
    ],
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
