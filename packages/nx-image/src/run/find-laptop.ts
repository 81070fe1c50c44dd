import { readCi } from '../ci/read-ci';
import { formatPlatform } from '../oci/platform';
import type { Laptop } from '../report/run-line';
import { findLaptopEngine } from '../tools/find-laptop-engine';
import { buildMachinePlatform } from './build-machine';

/** Where somebody may try what was built; undefined in CI, where nobody sits before it. */
export async function findLaptop(
  env: Readonly<Record<string, string | undefined>>,
  insecure: readonly string[] = [],
): Promise<Laptop | undefined> {
  if (readCi(env).ci) return undefined;
  return { engine: await findLaptopEngine(env), platform: formatPlatform(buildMachinePlatform()), insecure };
}
