import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorText } from '../report/error-text';
import { imageTable } from '../report/table';
import { publishBuilt } from '../run/handed/publish-built';
import { readPlanFile } from '../run/handed/read-plan-file';
import { withPlan } from '../run/handed/seed-of-plan';
import { reportEnd } from '../run/report-end';
import { recordRun } from '../run/run-record';
import { readRunSeed, RUN_VARIABLE } from '../run/run-seed';
import { failureOf } from '../run/step-results';
import { chooseImages } from './choose-images';
import { UsageError, type Command, type Terminal } from './command';
import { findWorkspace } from './find-workspace';
import { withImages } from './open-images';
import { PublishOutput } from './publish-output';

/** Publishes what build jobs of a pipeline have left of the images. Exit code 1 where one failed, or was skipped because another did. */
export const publishCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { plan: { type: 'string' }, built: { type: 'string' } },
  });
  const { plan = '', built = '' } = values;
  if (plan === '' || built === '' || positionals.length === 0) {
    throw new UsageError('--plan FILE, --built DIR and the names of images are needed');
  }
  const { env } = process;
  const { root } = findWorkspace(process.cwd());
  const handed = readPlanFile(process.cwd(), plan);
  const seed = withPlan(readRunSeed({ ...env, [RUN_VARIABLE]: undefined }), handed.run);
  const output = new PublishOutput(terminal, env.GITLAB_CI === 'true');
  let done: Awaited<ReturnType<typeof publishBuilt>> | undefined;
  try {
    done = await withImages({ onEvent: output.onEvent, publishes: true, handed }, ({ context, images }) => {
      recordRun(root, seed, context.facts);
      const chosen = chooseImages(images, positionals, ({ name }) => [name]);
      return publishBuilt(context, chosen, resolve(built), output);
    });
  } catch (error) {
    orSay(terminal, () => {
      recordRun(root, seed, [failureOf(error, false).error]);
    });
    throw error;
  } finally {
    output.end();
    const asked = { command: 'publish', targets: [], projects: [...positionals] };
    orSay(terminal, () => {
      reportEnd(root, seed, { ended: new Date().toISOString(), asked }, env);
    });
  }
  terminal.write(`\n${imageTable(done.results, { width: terminal.width, color: terminal.color })}\n`);
  return done.failed ? 1 : 0;
};

/** What is written beside the work hides nothing of how that ended: what kept it from being written is said. */
function orSay({ color, writeError }: Terminal, write: () => void): void {
  try {
    write();
  } catch (error) {
    writeError(`${errorText(error, { color })}\n`);
  }
}
