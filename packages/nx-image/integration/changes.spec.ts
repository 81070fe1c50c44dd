import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import { comparableCommit } from '../src/source/changes/comparable-commit';
import { listChanges } from '../src/source/changes/list-changes';
import { findBaseCommit } from '../src/source/changes/find-base-commit';
import { BASE_CASES, type BaseCase } from '../testing/base-cases';
import { checkOutAsGitlab } from '../testing/ci-checkout';
import { gitIn } from '../testing/git-repository';
import { serveHistory } from '../testing/serve-history';

const { base: directory, history, origin } = serveHistory();

describe('what changed', () => {
  const idOf = (name: string): string => history().get(name) ?? name;
  const withIds = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_, one: unknown) => (typeof one === 'string' ? idOf(one) : one));

  function open({ head, branch, env, event, given }: BaseCase, depth: number | undefined) {
    const checkout = { commit: idOf(head), ...(branch === undefined ? {} : { branch }) };
    const workspaceRoot = checkOutAsGitlab(
      origin(),
      depth === undefined ? checkout : { ...checkout, depth },
      directory,
    );
    const eventPath = join(workspaceRoot, '.git', 'event.json');
    if (event !== undefined) writeFileSync(eventPath, JSON.stringify(withIds(event)));
    return {
      ...{ workspaceRoot, runProcess },
      env: {
        ...{ PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1' },
        ...(withIds(env) as Readonly<Record<string, string>>),
        ...(event === undefined ? {} : { GITHUB_EVENT_PATH: eventPath }),
      },
      ...(given === undefined ? {} : { given: idOf(given) }),
    };
  }

  const rows = Object.entries(BASE_CASES).flatMap(([name, one]) =>
    one.depths.map((depth) => [name, depth === undefined ? 'whole' : `depth ${depth}`, depth, one] as const),
  );

  it.each(rows)('%s, %s', async (_, _depth, depth, one) => {
    const input = open(one, depth);
    const seen = gitIn(input.workspaceRoot, ['rev-list', '--count', 'HEAD']);
    if (one.expected === 'CHANGES_UNKNOWN' || one.expected === 'HISTORY_MISSING') {
      await expect(findBaseCommit(input)).rejects.toMatchObject({
        code: one.expected,
        message: expect.stringContaining(one.why) as string,
        hint: expect.stringContaining('--base') as string,
      });
      return;
    }
    const base = await findBaseCommit(input);
    expect(base).toEqual(
      one.expected === 'everything'
        ? { kind: 'everything', why: expect.stringContaining(one.why) as string }
        : { kind: 'commit', commit: idOf(one.expected), why: expect.stringContaining(one.why) as string },
    );
    const comparable = await comparableCommit(input, base);
    const differing = asNxCompares(input.workspaceRoot, comparable);
    if (base.kind === 'commit') {
      const changes = await listChanges(input, base.commit);
      expect([...changes.paths].sort()).toEqual(one.changed);
      expect(differing).toEqual(one.changed);
    } else {
      expect(differing).toEqual(gitIn(input.workspaceRoot, ['ls-files', '-z']).split('\0').filter(Boolean).sort());
    }
    // The clone has no less history than before, and a whole one is whole.
    expect(Number(gitIn(input.workspaceRoot, ['rev-list', '--count', 'HEAD']))).toBeGreaterThanOrEqual(Number(seen));
    if (depth === undefined) expect(gitIn(input.workspaceRoot, ['rev-parse', '--is-shallow-repository'])).toBe('false');
  });
});

/** The paths of `nx affected --base=<commit>`, but for names and submodules that git says otherwise by default. */
function asNxCompares(cwd: string, commit: string): readonly string[] {
  let base = commit;
  try {
    base = gitIn(cwd, ['merge-base', commit, 'HEAD']);
  } catch {
    // Nothing in common: nx takes the commit itself.
  }
  const args = ['diff', '--name-only', '-z', '--no-renames', '--relative', '--ignore-submodules=none', base, 'HEAD'];
  return gitIn(cwd, args).split('\0').filter(Boolean).sort();
}
