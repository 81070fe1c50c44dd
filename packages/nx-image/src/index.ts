import type { NxPlugin, PostTasksExecution, PreTasksExecution } from '@nx/devkit';
import { createDependencies } from './inference/create-dependencies';
import { createNodes } from './inference/create-nodes';
import type { HephyPluginOptions } from './inference/plugin-options';

export type { HephyPluginOptions };
export { createDependencies, createNodes };
export const name = '@hephy/nx-image';

/** Reports and what they are made of: loaded when tasks run, since the graph is on everybody's way. */
function executionHooks(): typeof import('./inference/execution-hooks') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return require('./inference/execution-hooks') as typeof import('./inference/execution-hooks');
}

export const preTasksExecution: PreTasksExecution<HephyPluginOptions> = (options, context) =>
  executionHooks().preTasksExecution(options, context);

export const postTasksExecution: PostTasksExecution<HephyPluginOptions> = (options, context) =>
  executionHooks().postTasksExecution(options, context);

const plugin: NxPlugin<HephyPluginOptions> = {
  name,
  createNodes,
  createDependencies,
  preTasksExecution,
  postTasksExecution,
};
export default plugin;
