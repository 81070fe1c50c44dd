import { readCi } from '../ci/read-ci';
import { formatPlatform } from '../oci/platform';
import type { Laptop } from '../report/run-line';
import { findLaptopEngine } from '../tools/find-laptop-engine';
import { buildMachinePlatform } from './build-machine';

const ELSEWHERE = { docker: 'host.docker.internal', podman: 'host.containers.internal' } as const;

/** Where somebody may try what was built; undefined in CI, where nobody sits before it. */
export async function findLaptop(
  env: Readonly<Record<string, string | undefined>>,
  insecure: readonly string[] = [],
): Promise<Laptop | undefined> {
  if (readCi(env).ci) return undefined;
  const engine = await findLaptopEngine(env);
  const platform = formatPlatform(buildMachinePlatform());
  // On other systems containers run in a virtual machine of Linux.
  return { engine, platform, insecure, ...(process.platform === 'linux' ? {} : { loopback: ELSEWHERE[engine] }) };
}
