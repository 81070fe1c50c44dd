import { tmpdir } from 'node:os';
import { HephyError } from '../../errors/hephy-error';
import type { Repository } from '../../oci/reference';
import type { ChosenBuilder } from '../../tools/choose-builder';
import type { CompletePlan } from '../plan-build';
import type { RunContext } from '../run-context';
import { checkBeforeBuild } from './before-build';

const repository: Repository = { registry: 'r.test', path: 'images' };
const choice = { runtime: undefined } as unknown as ChosenBuilder;
const plan = {
  runs: [],
  step: { cacheRepository: 'r.test/images/cache-arm64', cacheReadOnly: false },
} as unknown as CompletePlan;

/** Where what is not among the allowed may not be pushed to. */
function contextOf(allowed: readonly string[], local = false): RunContext {
  const tryPush = (one: Repository): Promise<'allowed'> =>
    allowed.includes(one.path)
      ? Promise.resolve('allowed')
      : Promise.reject(new HephyError('REGISTRY_DENIED', `no pushing to ${one.path}`));
  return { cacheDirectory: tmpdir(), facts: { repository, local }, tryPush } as unknown as RunContext;
}

test('what may be pushed to is nothing to speak of', async () => {
  await expect(checkBeforeBuild(contextOf(['images', 'images/cache-arm64']), plan, choice)).resolves.toEqual([]);
  await expect(checkBeforeBuild(contextOf([], true), plan, choice)).resolves.toEqual([]);
});

test('a repository that takes nothing ends the build before it begins', async () => {
  await expect(checkBeforeBuild(contextOf(['images/cache-arm64']), plan, choice)).rejects.toMatchObject({
    code: 'REGISTRY_DENIED',
  });
});

test('a cache that takes nothing is a note', async () => {
  await expect(checkBeforeBuild(contextOf(['images']), plan, choice)).resolves.toEqual([
    'layers are not cached in r.test/images/cache-arm64: no pushing to images/cache-arm64',
  ]);
});
