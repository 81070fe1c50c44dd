import { builderEnvironment } from './builder-environment';

describe('builderEnvironment', () => {
  it('passes the way out, authorities and AWS, and nothing else', () => {
    const env = {
      HTTP_PROXY: 'http://proxy:3128',
      https_proxy: 'http://proxy:3128',
      NO_PROXY: '.local',
      SSL_CERT_FILE: '/ca.pem',
      AWS_REGION: 'eu-central-1',
      AWS_EMPTY: undefined,
      MY_AWS_REGION: 'x',
      NPM_TOKEN: 'secret',
      FF_KANIKO_COPY_AS_ROOT: '1',
      GOFLAGS: '-mod=mod',
      PATH: '/home/me/bin',
      HOME: '/home/me',
    };
    expect(builderEnvironment(env, { HOME: '/root' })).toEqual({
      HTTP_PROXY: 'http://proxy:3128',
      https_proxy: 'http://proxy:3128',
      NO_PROXY: '.local',
      SSL_CERT_FILE: '/ca.pem',
      AWS_REGION: 'eu-central-1',
      HOME: '/root',
    });
  });
});
