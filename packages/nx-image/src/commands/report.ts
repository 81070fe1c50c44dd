import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectName } from '../config/variant';
import { HephyError } from '../errors/hephy-error';
import { errorText } from '../report/error-text';
import { isReportFormat, renderReport, REPORT_FILES, type ReportFormat } from '../report/render-report';
import { imageTable } from '../report/table';
import { findLaptop } from '../run/find-laptop';
import { writeWhole } from '../run/result-file';
import { readImageResults } from '../run/result-store';
import { readRunRecord } from '../run/run-record';
import { chooseImages } from './choose-images';
import { UsageError, type Command } from './command';
import { findWorkspace } from './find-workspace';

/** What the last run of each image made. Exit code 1 where a result is none, an image's last run failed, or the last run of all could not begin. */
export const reportCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, format: { type: 'string' }, output: { type: 'string' } },
  });
  const format = formatOf(values.json === true ? 'json' : (values.format ?? 'table'));
  const file = values.output === '-' ? undefined : values.output;
  const { root } = findWorkspace(process.cwd());
  const { results, errors } = readImageResults(root);
  const run = readRunRecord(root);
  const chosen = chooseImages(results, positionals, ({ image, root: at }) => [image, projectName(at), at]);
  const begun = chosen.length > 0 || (run?.errors ?? []).length > 0;
  if (begun || format === 'json') {
    const layout = { width: terminal.width, color: terminal.color && file === undefined };
    const text =
      format === 'table'
        ? `${imageTable(chosen, { ...layout, laptop: await findLaptop(process.env) })}\n`
        : renderReport(format, chosen, run);
    if (file === undefined) terminal.write(text === '\n' ? '' : text);
    else writeReport(file, text);
  } else terminal.writeError('Nothing was built here yet: npx nx run-many -t manifest\n');
  const inReport = format === 'table' || format === 'json' ? [] : (run?.errors ?? []);
  for (const error of [...errors, ...(run?.errors ?? []).filter((one) => !inReport.includes(one))]) {
    terminal.writeError(`${errorText(error, { color: terminal.color })}\n`);
  }
  const failed = chosen.some(({ prepare, builds, manifest }) =>
    [prepare, ...builds, manifest].some((step) => step?.error !== undefined),
  );
  return errors.length > 0 || (run?.errors ?? []).length > 0 || failed ? 1 : 0;
};

function formatOf(text: string): ReportFormat | 'table' {
  if (text === 'table' || isReportFormat(text)) return text;
  throw new UsageError(`no format ${JSON.stringify(text)}: it is table, ${Object.keys(REPORT_FILES).join(', ')}`);
}

function writeReport(file: string, text: string): void {
  try {
    writeWhole(resolve(file), text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new HephyError('OPTIONS_INVALID', `the report cannot be written to ${file}: ${message}`, { cause });
  }
}
