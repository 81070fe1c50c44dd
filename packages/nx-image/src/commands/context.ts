import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { imageProjects } from '../inference/image-projects';
import { errorText } from '../report/error-text';
import { handedContextLine } from '../report/progress-text';
import { handContexts } from '../run/handed/hand-context';
import { readPlanFile } from '../run/handed/read-plan-file';
import { runContextTargets } from '../run/pipeline/run-context-targets';
import { chooseImages } from './choose-images';
import { UsageError, type Command } from './command';
import { contextTargets } from './context-targets';
import { withImages } from './open-images';
import { tellNotes } from './tell-notes';

/** Writes contexts that build jobs cannot have from a checkout of their own. Exit code 1 where one is not the planned one, or cannot be had. */
export const contextCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { plan: { type: 'string' }, output: { type: 'string' } },
  });
  const { plan = '', output = '' } = values;
  if (plan === '' || output === '' || positionals.length === 0) {
    throw new UsageError('--plan FILE, --output DIR and the names of projects are needed');
  }
  const handed = readPlanFile(process.cwd(), plan);
  const onEvent = tellNotes(terminal.write);
  const onNote = (text: string): void => {
    onEvent({ kind: 'note', text });
  };
  return withImages({ handed, onEvent }, async ({ context, graph, images }) => {
    const { nameOf } = imageProjects(graph);
    const projects = images
      .filter(({ variant }) => variant === undefined)
      .map((image) => ({ project: nameOf(image.root), image }));
    const chosen = chooseImages(projects, positionals, ({ project }) => [project]);
    const targetOf = contextTargets(graph);
    const targets = chosen.flatMap(({ image }) => targetOf(image.root) ?? []);
    const failures = await runContextTargets(context, targets, onNote);
    let failed = failures.size > 0;
    const sayError = (error: unknown): void => {
      terminal.writeError(`${errorText(error, { color: terminal.color })}\n`);
    };
    for (const error of failures.values()) sayError(error);
    const wanted = chosen.filter(({ project }) => !failures.has(project));
    for await (const end of handContexts(context, handed, wanted, resolve(output))) {
      if ('files' in end) terminal.write(`${handedContextLine(end.project, end.files)}\n`);
      else {
        failed = true;
        sayError(end.error);
      }
    }
    return failed ? 1 : 0;
  });
};
