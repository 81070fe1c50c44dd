import { parseArgs } from 'node:util';
import type { ProjectGraph } from '@nx/devkit';
import { MANIFEST_TOOL_EXECUTOR } from '../inference/image-project';
import { imageProjects } from '../inference/image-projects';
import { planDriftRun, type DriftRun } from '../plan/drift-run';
import { driftExitCode, driftRunText, driftText } from '../report/drift-text';
import { lookForDrift } from '../run/look-for-drift';
import { runNx } from '../run/run-nx';
import { chooseImages } from './choose-images';
import type { Command, Terminal } from './command';
import { withImages, type OpenedImages } from './open-images';
import { tellNotes } from './tell-notes';

/** What moved under images since they were published; with `--run` builds that through nx. Exit codes: see `driftExitCode`. */
export const driftCommand: Command = async (argv, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, run: { type: 'boolean', default: false } },
  });
  return withImages({ onEvent: tellNotes(terminal.writeError) }, async (opened) => {
    const { context, images, graph } = opened;
    const chosen = chooseImages(images, positionals, ({ name, project, root }) => [name, project, root]);
    const found = await lookForDrift(context, images, chosen);
    const run = values.run ? planDriftRun(found, imageProjects(graph)) : undefined;
    if (values.json)
      terminal.write(`${JSON.stringify({ version: 1, images: found.asked, parents: found.parents, run }, null, 2)}\n`);
    else {
      terminal.write(`${driftText(found, terminal)}\n`);
      if (run !== undefined) terminal.write(`${driftRunText(run, found.asked, terminal)}\n`);
    }
    return driftExitCode(found, run && (await build(run, opened, values.json, terminal)));
  });
};

/** Nothing to build is built without nx. What nx says is beside the JSON, not in it. */
async function build(
  { projects }: DriftRun,
  { context, workspace, graph }: OpenedImages,
  json: boolean,
  terminal: Terminal,
): Promise<boolean> {
  if (projects.length === 0) return true;
  const { env, runProcess, signal } = context;
  return runNx({
    ...{ workspaceRoot: workspace.root, projects, env, runProcess, signal },
    targets: manifestTargets(graph),
    onLine: (line, stream) => {
      (stream === 'stdout' && !json ? terminal.write : terminal.writeError)(`${line}\n`);
    },
  });
}

/** Of each directory the one that makes all of its images. The plugin may be there several times, for other directories, with other names. */
function manifestTargets({ nodes }: ProjectGraph): readonly string[] {
  const targets = Object.values(nodes).flatMap(({ data }) => Object.entries(data.targets ?? {}));
  const ours = targets.filter(
    ([, { executor, options }]) => executor === MANIFEST_TOOL_EXECUTOR && !isOfVariant(options),
  );
  return [...new Set(ours.map(([name]) => name))];
}

function isOfVariant(options: unknown): boolean {
  return (options as { readonly variant?: unknown } | undefined)?.variant !== undefined;
}
