import { gitEnvironment } from './git-environment';

describe('gitEnvironment', () => {
  it('appends to the configuration that the user’s environment has', () => {
    const env = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'url.http://mirror/.insteadOf',
      GIT_CONFIG_VALUE_0: 'https://github.com/',
      SSH_AUTH_SOCK: '/run/agent',
      EMPTY: undefined,
    };
    expect(gitEnvironment(env, { 'core.hooksPath': '/dev/null' })).toMatchObject({
      ...{ GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_0: 'url.http://mirror/.insteadOf', SSH_AUTH_SOCK: '/run/agent' },
      ...{ GIT_CONFIG_KEY_1: 'core.hooksPath', GIT_CONFIG_VALUE_1: '/dev/null', GIT_TERMINAL_PROMPT: '0' },
    });
  });

  it('drops what a hook of another repository sets', () => {
    const env = gitEnvironment({ GIT_DIR: '/elsewhere/.git', GIT_INDEX_FILE: 'x', GIT_SSH_COMMAND: 'ssh -v' });
    expect(env).not.toHaveProperty('GIT_DIR');
    expect(env).not.toHaveProperty('GIT_INDEX_FILE');
    expect(env).toHaveProperty('GIT_SSH_COMMAND', 'ssh -v');
  });
});
