import type { Location } from './hephy-error';

/** `path:line:column`, as compilers and editors have it. */
export function formatLocation(where: Location): string {
  return [where.file, where.line, where.column].filter((part) => part !== undefined).join(':');
}
