import { join } from 'node:path';
import { readCi } from '../ci/read-ci';
import { HephyError } from '../errors/hephy-error';
import { isReportFormat, renderReport, REPORT_FILES, type ReportFormat } from '../report/render-report';
import type { RunResult } from '../report/run-result';
import { writeWhole } from './result-file';
import { readImageResults } from './result-store';
import { RUN_DIRECTORY } from './run-record';

type Env = Readonly<Record<string, string | undefined>>;

/** What CI systems show by themselves, or may keep to be looked at. */
const IN_CI: readonly ReportFormat[] = ['markdown', 'junit', 'html'];

/** Reports of the run that has just ended, of its images alone, as `dist/hephy/report.*`. @throws HephyError OPTIONS_INVALID, RESULT_INVALID */
export function writeReports(workspaceRoot: string, run: RunResult, env: Env): void {
  const formats = reportFormats(env);
  if (formats.length === 0) return;
  const { results, errors } = readImageResults(workspaceRoot);
  const ours = results.filter((result) => result.run === run.run);
  for (const format of formats) {
    writeWhole(join(workspaceRoot, RUN_DIRECTORY, REPORT_FILES[format]), renderReport(format, ours, run));
  }
  for (const error of errors) throw error;
}

/** HEPHY_REPORT names them, or `none`; without it CI has all but the JSON, and nobody else has any. @throws HephyError OPTIONS_INVALID */
export function reportFormats(env: Env): readonly ReportFormat[] {
  const asked = env.HEPHY_REPORT ?? '';
  if (asked === '') return readCi(env).ci ? IN_CI : [];
  if (asked === 'none') return [];
  return asked.split(',').map((word) => {
    const name = word.trim();
    if (isReportFormat(name)) return name;
    throw new HephyError('OPTIONS_INVALID', `HEPHY_REPORT names ${JSON.stringify(name)}, which is no report`, {
      hint: `It is a list of ${Object.keys(REPORT_FILES).join(', ')}, or none.`,
    });
  });
}
