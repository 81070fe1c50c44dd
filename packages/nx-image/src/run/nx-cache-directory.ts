import { isAbsolute, join } from 'node:path';

/** The workspace's cache directory, where nx has its own, by nx's rules; `hephy` below it. Importing nx for it would cost more than a no-op run. */
export function nxCacheDirectory(
  workspaceRoot: string,
  nxJson: { readonly cacheDirectory?: string },
  env: Readonly<Record<string, string | undefined>>,
): string {
  const named = env.NX_CACHE_DIRECTORY ?? nxJson.cacheDirectory ?? join('.nx', 'cache');
  return join(isAbsolute(named) ? named : join(workspaceRoot, named), 'hephy');
}
