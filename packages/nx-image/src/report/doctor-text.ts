import type { Finding, Verdict } from './finding';
import { printable, printableLine } from './printable';
import { styleOf, type Style } from './style';
import { wrap } from './wrap';

const VERDICTS: readonly Verdict[] = ['failed', 'warning', 'not known', 'ok'];
const VERDICT_WIDTH = Math.max(...VERDICTS.map((verdict) => verdict.length));
/** Narrower than this, text is harder to read than a line that the terminal breaks. */
const LEAST_WIDTH = 40;

/** The findings in their order: verdict, check, what; below it the details, and `→` how to mend it. The last line counts. */
export function doctorText(
  findings: readonly Finding[],
  options: { readonly width: number; readonly color: boolean },
): string {
  const style = styleOf(options.color);
  const name = Math.max(...findings.map(({ check }) => check.length), 0);
  const indent = VERDICT_WIDTH + name + 4;
  const width = Math.max(LEAST_WIDTH, options.width - indent);
  const below = (text: string, mark: string): readonly string[] =>
    wrap(printableLine(text), width - mark.length).map(
      (line, index) => ' '.repeat(indent) + (index === 0 ? mark : ' '.repeat(mark.length)) + line,
    );
  const lines = findings.flatMap((finding) => {
    const [first = '', ...rest] = wrap(printableLine(finding.what), width);
    const head = `${paint(finding.verdict, style)(finding.verdict.padEnd(VERDICT_WIDTH))}  ${finding.check.padEnd(name)}  `;
    return [
      head + first,
      ...rest.map((line) => ' '.repeat(indent) + line),
      ...(finding.details ?? []).flatMap((line) => below(line, '')).map((line) => style.dim(line)),
      ...linesOf(finding.mend)
        .flatMap((line) => below(line, '→ '))
        .map((line) => style.cyan(line)),
    ];
  });
  return [...lines, '', summary(findings, style)].join('\n');
}

/** Exit code of `hephy doctor`. */
export function doctorFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'failed');
}

function linesOf(text: string | undefined): readonly string[] {
  return printable(text ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function summary(findings: readonly Finding[], style: Style): string {
  const counts = VERDICTS.map(
    (verdict) => [verdict, findings.filter((one) => one.verdict === verdict).length] as const,
  );
  const text = counts.flatMap(([verdict, count]) => (count === 0 ? [] : [`${count} ${verdict}`])).join(', ');
  return style.bold(text);
}

function paint(verdict: Verdict, style: Style): (text: string) => string {
  switch (verdict) {
    case 'ok':
      return style.green;
    case 'failed':
      return style.red;
    case 'warning':
      return style.yellow;
    case 'not known':
      return style.dim;
  }
}
