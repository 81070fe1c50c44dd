import { findSecret, secretsIn, type Secret } from '../../ci/find-secret';
import { HephyError } from '../../errors/hephy-error';
import { proxySecrets } from '../../registry/client/proxy';
import type { RunContext } from '../run-context';

/**
 * A pipeline is read by everybody who may see the project. Whatever led there, nothing of it is written with a secret in it.
 * @throws HephyError PIPELINE_SECRET
 */
export function refuseSecrets(
  { credentials, env }: Pick<RunContext, 'credentials' | 'env'>,
  texts: readonly string[],
): void {
  const secrets: readonly Secret[] = [
    ...secretsIn(env),
    ...proxySecrets(env).map((value) => ({ source: 'a proxy variable', value })),
    ...credentials.secrets().map((value) => ({ source: 'the login of a registry', value })),
  ];
  for (const text of texts) {
    const found = findSecret(text, secrets);
    if (found === undefined) continue;
    throw new HephyError('PIPELINE_SECRET', `the pipeline would hold a secret: that of ${found.source}`, {
      hint: 'Look for a build arg, a label, a ref or a flag that has it as its value. Nothing was written.',
    });
  }
}
