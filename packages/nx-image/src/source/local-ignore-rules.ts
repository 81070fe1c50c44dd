import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { NO_RULES, parseIgnoreFile, type IgnoreRules } from './ignore-rules';
import type { ContextInput } from './list-context';

/** `<Dockerfile>.dockerignore`, else `.dockerignore` at the context's root. */
export function readIgnoreRules(input: ContextInput, directory: string): IgnoreRules {
  const beside = posix.join(input.imageRoot, `${input.dockerfilePath}.dockerignore`);
  const above = posix.join(input.imageRoot, input.contextPath, '.dockerignore');
  for (const [file, path] of [
    [beside, join(input.workspaceRoot, beside)],
    [above, join(directory, '.dockerignore')],
  ] as const) {
    try {
      return parseIgnoreFile(readFileSync(path, 'utf8'), file);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) throw error;
    }
  }
  return NO_RULES;
}
