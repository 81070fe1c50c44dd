/**
 * The parser, loaded on first use: most runs read plain files without problems only. Only packages may be loaded so late: Nx reads
 * our TypeScript sources no more once a plugin is loaded.
 */
export function yamlPackage(): typeof import('yaml') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- synchronous, and only where it is needed
  return require('yaml') as typeof import('yaml');
}
