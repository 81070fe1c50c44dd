import { HephyError } from '../../errors/hephy-error';
import type { Repository } from '../../oci/reference';
import type { Found } from './check';
import type { Surroundings } from './surroundings';

/** For checks that ask the registry: what is found where there is no answer at all is found once, by the registry's own check. */
export async function afterRegistry(
  { registry, reach }: Surroundings,
  find: (repository: Repository) => Promise<Found>,
): Promise<Found> {
  if (registry instanceof HephyError) return { verdict: 'not known', what: 'no registry is chosen' };
  if (registry.kind === 'local') return { verdict: 'ok', what: 'the local registry asks for nothing' };
  try {
    await reach();
  } catch (error) {
    if (error instanceof HephyError && error.code === 'REGISTRY_UNREACHABLE') {
      return { verdict: 'not known', what: 'the registry does not answer' };
    }
    throw error;
  }
  return find(registry.repository);
}
