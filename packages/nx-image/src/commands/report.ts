import { parseArgs } from 'node:util';
import { projectName } from '../config/variant';
import { errorText } from '../report/error-text';
import { reportJson } from '../report/report-json';
import { imageTable } from '../report/table';
import { findLaptop } from '../run/find-laptop';
import { readImageResults } from '../run/result-store';
import { chooseImages } from './choose-images';
import type { Command } from './command';
import { findWorkspace } from './find-workspace';

/** What the last run of each image made. Exit code 1 where a result is none, or an image's last run failed. */
export const reportCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  });
  const { results, errors } = readImageResults(findWorkspace(process.cwd()).root);
  const chosen = chooseImages(results, positionals, ({ image, root }) => [image, projectName(root), root]);
  if (values.json === true) terminal.write(reportJson(chosen));
  else if (chosen.length > 0)
    terminal.write(
      `${imageTable(chosen, { width: terminal.width, color: terminal.color, laptop: await findLaptop(process.env) })}\n`,
    );
  else terminal.writeError('Nothing was built here yet: npx nx run-many -t manifest\n');
  for (const error of errors) terminal.writeError(`${errorText(error, { color: terminal.color })}\n`);
  const failed = chosen.some(({ prepare, builds, manifest }) =>
    [prepare, ...builds, manifest].some((step) => step?.error !== undefined),
  );
  return errors.length > 0 || failed ? 1 : 0;
};
