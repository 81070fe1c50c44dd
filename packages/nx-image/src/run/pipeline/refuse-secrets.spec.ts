import type { HephyError } from '../../errors/hephy-error';
import type { Image } from '../../config/build-config';
import { refuseSecrets } from './refuse-secrets';

const ENV = { DEPLOY_SECRET: 's3cr3t-value', LICENSE_KEY: 'abcd-efgh', APP_VERSION: '1.2.3-rc.1' };
const CONTEXT = { env: ENV, credentials: { secrets: () => ['registry-password'] } } as unknown as Parameters<
  typeof refuseSecrets
>[0];

function imageNaming(...env: string[]): Image {
  return { configFile: 'images/web/build-config.yaml', config: { env } } as unknown as Image;
}

function refused(images: readonly Image[], ...texts: string[]): string {
  try {
    refuseSecrets(CONTEXT, images, texts);
  } catch (error) {
    const { code, message, where, hint } = error as HephyError;
    return `${code} ${where?.file ?? ''}: ${message}; ${hint ?? ''}`;
  }
  return 'nothing';
}

test('what `env` of a config brings in, by its name, with the config that names it', () => {
  expect(refused([imageNaming('APP_VERSION'), imageNaming('DEPLOY_SECRET')], 'a', 'T=s3cr3t-value')).toMatch(
    /^PIPELINE_SECRET images\/web\/build-config.yaml: the pipeline would hold a secret: that of DEPLOY_SECRET; Take it out of `env` there/,
  );
  expect(refused([imageNaming('LICENSE_KEY')], 'T=abcd-efgh')).toContain('that of LICENSE_KEY');
  expect(refused([imageNaming('APP_VERSION')], 'T=1.2.3-rc.1')).toBe('nothing');
});

test('what got in another way', () => {
  expect(refused([], 'T=s3cr3t-value')).toMatch(/^PIPELINE_SECRET : .* that of DEPLOY_SECRET; Look for a build arg/);
  expect(refused([], 'registry-password')).toContain('that of the login of a registry');
  expect(refused([], 'T=abcd-efgh')).toBe('nothing');
});
