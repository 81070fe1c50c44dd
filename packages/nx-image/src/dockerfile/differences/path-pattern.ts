/** Of a path from the root, `.` and `..` followed. */
export function segmentsOf(path: string): readonly string[] {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

/** Go's filepath.Match and patterns of shells, as far as they name one of our few: a class in brackets counts as any character. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split(/(\*+|\?|\[[^\]]*\])/).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return part.startsWith('*') ? '.*' : '.';
  });
  return new RegExp(`^${parts.join('')}$`).test(name);
}
