import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CreateNodes, CreateNodesResultArray } from '@nx/devkit';
import { checkImages } from '../config/image-table';
import { HephyError } from '../errors/hephy-error';
import { errorText } from '../report/error-text';
import { forgottenDockerfileText } from '../report/forgotten-dockerfile';
import { imagesIn, readFacts } from './image-facts';
import { projectMaker } from './image-project';
import type { HephyPluginOptions } from './plugin-options';

const CONFIG_NAME = 'build-config.yaml';

/** Configs, and what looks like one that was forgotten or misnamed. */
const PATTERN = `{**/${CONFIG_NAME},**/build-config.yml,projects/*/Dockerfile}`;

/** Reads configs and Dockerfiles, nothing else: no network, clock, git or probing of tools. */
export const createNodes: CreateNodes<HephyPluginOptions> = [
  PATTERN,
  (files, options, context) => {
    const configs = files.filter((file) => file.endsWith(`/${CONFIG_NAME}`) || file === CONFIG_NAME);
    const { directories, errors } = readFacts(context.workspaceRoot, configs);
    const problems: [string, HephyError][] = errors.map(([file, error]) => [file, error]);
    const table = checkImages(imagesIn(directories));
    for (const error of table.errors) problems.push([error.where?.file ?? '', error]);
    for (const file of files) if (file.endsWith('build-config.yml')) problems.push([file, misnamed(file)]);
    pointOutForgotten(context.workspaceRoot, files);
    const projectOf = projectMaker(table.owners, options);
    const nodes: CreateNodesResultArray = directories.map((directory) => {
      const { root, configFile } = directory[0].image;
      return [configFile, { projects: { [root]: projectOf(directory) } }];
    });
    if (problems.length > 0) throw aggregate(problems, nodes);
    return nodes;
  },
];

function misnamed(file: string): HephyError {
  return new HephyError('CONFIG_MISNAMED', 'build-config.yml is not read', {
    where: { file },
    hint: `Rename it to ${CONFIG_NAME}.`,
  });
}

/** A Dockerfile beside no config may be somebody else's: said, not refused. */
function pointOutForgotten(workspaceRoot: string, files: readonly string[]): void {
  for (const file of files) {
    if (!file.endsWith('/Dockerfile')) continue;
    const root = dirname(file);
    if (existsSync(join(workspaceRoot, root, CONFIG_NAME)) || existsSync(join(workspaceRoot, root, 'build-config.yml')))
      continue;
    process.stderr.write(forgottenDockerfileText(root, CONFIG_NAME));
  }
}

/** Nx shows messages by file; the whole text is the message, and there is no stack to show. */
function aggregate(problems: readonly [string, HephyError][], nodes: CreateNodesResultArray): Error {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only where it is needed: the graph is on everybody's way
  const { AggregateCreateNodesError } = require('@nx/devkit') as typeof import('@nx/devkit');
  const shown = problems.map(([file, problem]): [string, Error] => {
    const error = new Error(errorText(problem, { color: false }));
    error.stack = error.message;
    return [file, error];
  });
  return new AggregateCreateNodesError(shown, nodes);
}
