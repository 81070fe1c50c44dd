import { readGitlabSettings } from './read-gitlab-settings';
import { INSTALL_LINE } from './shell/install-line';

const read = (env: Record<string, string>, flags: Parameters<typeof readGitlabSettings>[1] = {}) =>
  readGitlabSettings(env, flags, {});

describe('readGitlabSettings', () => {
  it('has a default for all', () => {
    expect(read({})).toMatchObject({
      kanikoImage: expect.stringMatching(/-debug$/) as string,
      install: [INSTALL_LINE],
      runnerTags: { amd64: [] },
      plainTags: [],
      foreign: 'refuse',
      login: 'auto',
      publishSize: 20,
      maxJobs: 1000,
      maxYamlSize: 2,
      awsRole: undefined,
      jobTimeout: undefined,
    });
  });

  it('takes a flag before its variable, and an empty one for none', () => {
    const env = { HEPHY_CI_PUBLISH_SIZE: '5', HEPHY_CI_FOREIGN: 'emulate', HEPHY_CI_LOGIN: '' };
    expect(read(env, { 'publish-size': '7' })).toMatchObject({ publishSize: 7, foreign: 'emulate', login: 'auto' });
  });

  it('has the runners of each architecture', () => {
    const env = { CICD_TAG: 'any', CICD_TAG_ARM64: 'arm, big', CICD_TAG_RISCV64: 'risc' };
    expect(read(env)).toMatchObject({
      plainTags: ['any'],
      runnerTags: { amd64: ['any'], arm64: ['arm', 'big'], riscv64: ['risc'] },
    });
    expect(read({ ...env, CICD_TAG_AMD64: 'x', HEPHY_CI_TAGS: '["a", "b"]' })).toMatchObject({
      plainTags: ['a', 'b'],
      runnerTags: { amd64: ['x'] },
    });
    expect(read({ HEPHY_CI_TAGS: '["a, b"]' }).plainTags).toEqual(['a', 'b']);
    expect(read({ HEPHY_CI_TAGS: '[]', CICD_TAG_ARM64: '' })).toMatchObject({
      plainTags: [],
      runnerTags: { amd64: [] },
    });
  });

  it.each([
    [{ HEPHY_CI_FOREIGN: 'qemu' }, '--foreign (HEPHY_CI_FOREIGN) is "qemu", and has to be one of refuse, emulate'],
    [{ HEPHY_CI_LOGIN: 'x' }, '--login'],
    [{ HEPHY_CI_PUBLISH_SIZE: '0' }, 'a number from 1 to 1000'],
    [{ HEPHY_CI_MAX_JOBS: '1e3' }, '--max-jobs'],
    [{ HEPHY_CI_AWS_ROLE: 'arn:aws:iam::1:role/x' }, '--aws-role'],
    [{ HEPHY_CI_AWS_REGION: 'Frankfurt' }, '--aws-region'],
    [{ HEPHY_CI_BUILD_TIMEOUT: '; rm' }, '--build-timeout'],
    [{ HEPHY_CI_BUILD_TIMEOUT: '2 bananas' }, '--build-timeout'],
    [{ HEPHY_CI_BUILD_TIMEOUT: '2mx' }, '--build-timeout'],
    [{ HEPHY_CI_BUILD_TIMEOUT: '30' }, '--build-timeout'],
    [{ HEPHY_CI_KANIKO_IMAGE: 'a b' }, '--kaniko-image'],
  ])('refuses %j', (env, message) => {
    const thrown = expect.objectContaining({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining(message) as string,
    }) as Error;
    expect(() => read(env as unknown as Record<string, string>)).toThrow(thrown);
  });

  it.each(['2h', '1h30m', '1h 30m', '90 minutes', '1.5 hours', '3 hours 30 minutes', '1 Day', '3600 seconds'])(
    'takes what GitLab takes for a timeout: %s',
    (timeout) => {
      expect(read({ HEPHY_CI_BUILD_TIMEOUT: timeout }).jobTimeout).toBe(timeout);
    },
  );
});
