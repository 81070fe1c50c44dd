import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from './workspace';

/** What a run left in `dist/hephy`, as CI systems read it. */
export interface Reports {
  readonly run: {
    readonly started: string;
    readonly ended?: string;
    readonly asked?: unknown;
    readonly repository?: string;
    readonly errors: readonly { readonly code: string }[];
  };
  readonly markdown: string;
  readonly html: string;
  /** By name: what is in the case, and the first line of that. */
  readonly cases: ReadonlyMap<string, { readonly element: string; readonly says: string }>;
}

export function readReports(workspace: Workspace): Reports {
  const read = (name: string) => readFileSync(join(workspace.root, 'dist/hephy', name), 'utf8');
  const ask = (path: string) =>
    execFileSync('xmllint', ['--xpath', path, join(workspace.root, 'dist/hephy/report.xml')], { encoding: 'utf8' });
  const count = Number(ask('count(//testcase)'));
  const one = (index: number) => {
    const testCase = `(//testcase)[${index + 1}]`;
    const says = `string(concat(${testCase}/*, ${testCase}/skipped/@message))`;
    const [name = '', element = '', ...text] = ask(
      `concat(${testCase}/@name, "\n", name(${testCase}/*), "\n", ${says})`,
    ).split('\n');
    return [name, { element, says: text[0] ?? '' }] as const;
  };
  return {
    run: JSON.parse(read('run.json')) as Reports['run'],
    markdown: read('report.md'),
    html: read('report.html'),
    cases: new Map(Array.from({ length: count }, (_, index) => one(index))),
  };
}
