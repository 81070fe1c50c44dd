import { runProcess } from '../src/process/run-process';
import { changedSince } from '../src/source/changes/changed-since';
import { checkOutAsGitlab } from '../testing/ci-checkout';
import { serveHistory } from '../testing/serve-history';

const { base: parent, history, origin } = serveHistory();

describe.each([
  ['a whole clone', undefined],
  ['a clone of one commit', 1],
])('%s, of the main branch', (_, depth) => {
  let workspaceRoot: string;
  const since = (name: string, directory: string, beside = true) => {
    const env = { PATH: process.env.PATH, HOME: parent, GIT_CONFIG_NOSYSTEM: '1' };
    const commit = history().get(name) ?? '';
    return changedSince({ env, runProcess, workspaceRoot }, directory, { commit, beside });
  };
  beforeAll(() => {
    const checkout = { commit: history().get('m60') ?? '', branch: 'main' };
    workspaceRoot = checkOutAsGitlab(origin(), depth === undefined ? checkout : { ...checkout, depth }, parent);
  });

  it('has changed what differs from an older commit, which is fetched where it is not here', async () => {
    expect(await since('m58', 'images/base')).toBe(true);
    expect(await since('m58', '.')).toBe(true);
    expect(await since('m58', 'images/app')).toBe(false);
    expect(await since('m58', 'images/b*')).toBe(false);
  });

  it('has changed what differs from a commit of another branch, where that counts', async () => {
    expect(await since('f2', 'images/app')).toBe(true);
    expect(await since('f2', 'images/app', false)).toBeUndefined();
    expect(await since('m58', 'images/base', false)).toBe(depth === undefined ? true : undefined);
  });

  it('does not know what changed since a commit that is nowhere', async () => {
    expect(await since('gone', 'images/base')).toBeUndefined();
  });
});
