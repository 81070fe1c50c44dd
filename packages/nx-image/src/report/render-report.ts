import { runPage } from './html/run-page';
import { junitReport } from './junit/junit-report';
import { markdownReport } from './markdown/markdown-report';
import { reportJson } from './report-json';
import type { ImageResult } from './result';
import type { RunResult } from './run-result';

/** Reports that are files; the table is for terminals. */
export type ReportFormat = 'json' | 'markdown' | 'junit' | 'html';

/** What a report is called where hephy names it. */
export const REPORT_FILES: Readonly<Record<ReportFormat, string>> = {
  json: 'report.json',
  markdown: 'report.md',
  junit: 'report.xml',
  html: 'report.html',
};

export function isReportFormat(text: string): text is ReportFormat {
  return Object.hasOwn(REPORT_FILES, text);
}

/** @param run the run that the results are of, or most of them */
export function renderReport(format: ReportFormat, results: readonly ImageResult[], run?: RunResult): string {
  const options = run === undefined ? {} : { run };
  switch (format) {
    case 'json':
      return reportJson(results);
    case 'markdown':
      return markdownReport(results, options);
    case 'junit':
      return junitReport(results, options);
    case 'html':
      return runPage(results, options);
  }
}
