import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { imageProjects } from '../inference/image-projects';
import { errorText } from '../report/error-text';
import { handedContextLine } from '../report/progress-text';
import { handContext } from '../run/handed/hand-context';
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
    for (const error of failures.values()) terminal.writeError(`${errorText(error, { color: terminal.color })}\n`);
    for (const one of chosen.filter(({ project }) => !failures.has(project))) {
      const files = await handContext(context, handed, one, resolve(output));
      terminal.write(`${handedContextLine(one.project, files)}\n`);
    }
    return failures.size === 0 ? 0 : 1;
  });
};
