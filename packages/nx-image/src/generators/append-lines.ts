/**
 * The text with the lines that it lacks at its end; the same text where it lacks none. Line ends stay as they are, and a last line without
 * one gets it.
 * @param same whether a line that is there says what the new one says
 */
export function appendLines(
  text: string,
  lines: readonly string[],
  same: (there: string, line: string) => boolean = (there, line) => there === line,
): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const there = text.split(/\r?\n/).map((line) => line.trim());
  const missing = lines.filter((line) => !there.some((one) => same(one, line)));
  if (missing.length === 0) return text;
  const separator = text === '' || text.endsWith('\n') ? '' : end;
  return text + separator + missing.map((line) => line + end).join('');
}
