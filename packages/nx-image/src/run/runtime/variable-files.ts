import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { builderEnvironment } from '../../process/builder-environment';

/** By variable: the file or directory of the machine that it names. */
export type VariableFiles = ReadonlyMap<string, string>;

/** The files that variables name (certificate authorities, tokens, profiles), where they are there. A builder's root has them elsewhere, and the variable says so. */
export async function findVariableFiles(env: Readonly<Record<string, string | undefined>>): Promise<VariableFiles> {
  const named = Object.entries(builderEnvironment(env)).filter(
    ([name, value]) => /(?:_FILE|_DIR|_BUNDLE)$/.test(name) && isAbsolute(value),
  );
  const found = new Map<string, string>();
  for (const [name, path] of named) if (await isThere(path)) found.set(name, path);
  return found;
}

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
