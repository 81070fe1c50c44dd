import { withoutCredentials } from './without-credentials';

describe('withoutCredentials', () => {
  it.each([
    ['https://github.com/a/b.git', 'https://github.com/a/b.git'],
    ['https://gitlab-ci-token:glpat-x@gitlab.com/a/b.git', 'https://gitlab.com/a/b.git'],
    ['https://token@github.com/a/b', 'https://github.com/a/b'],
    ['https://host/a?private_token=x#y', 'https://host/a'],
    ['ssh://git:secret@host:22/a', 'ssh://git@host:22/a'],
    ['git@github.com:a/b.git', 'git@github.com:a/b.git'],
    ['/srv/git/a.git', '/srv/git/a.git'],
    ['https://user:pa ss@[bad/a', 'https://[bad/a'],
  ])('%s', (address, clean) => {
    expect(withoutCredentials(address)).toBe(clean);
  });
});
