import { findSecret, secretsIn, type Secret } from '../../ci/find-secret';
import type { Image } from '../../config/build-config';
import { HephyError } from '../../errors/hephy-error';
import { proxySecrets } from '../../registry/client/proxy';
import type { RunContext } from '../run-context';

/**
 * A pipeline is read by everybody who may see the project. Whatever led there, nothing of it is written with a secret in it.
 * @param images whose configs name variables that are to be told
 * @throws HephyError PIPELINE_SECRET
 */
export function refuseSecrets(
  { credentials, env }: Pick<RunContext, 'credentials' | 'env'>,
  images: readonly Pick<Image, 'configFile' | 'config'>[],
  texts: readonly string[],
): void {
  const secrets: readonly Secret[] = [
    ...secretsIn(env, new Set(images.flatMap(({ config }) => config.env))),
    ...proxySecrets(env).map((value) => ({ source: 'a proxy variable', value })),
    ...credentials.secrets().map((value) => ({ source: 'the login of a registry', value })),
  ];
  for (const text of texts) {
    const found = findSecret(text, secrets);
    if (found === undefined) continue;
    const message = `the pipeline would hold a secret: that of ${found.source}`;
    const naming = images.find(({ config }) => config.env.includes(found.source));
    throw new HephyError(
      'PIPELINE_SECRET',
      message,
      naming === undefined
        ? { hint: 'Look for a build arg, a label, a ref or a flag that has it as its value. Nothing was written.' }
        : {
            where: { file: naming.configFile },
            hint: 'Take it out of `env` there: what that names goes into build args, and so into the pipeline and the history of the image, for everybody to read. If it is no secret, give the variable a name that does not say so. Nothing was written.',
          },
    );
  }
}
