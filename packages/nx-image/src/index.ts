import type { NxPlugin } from '@nx/devkit';
import { createDependencies } from './inference/create-dependencies';
import { createNodes } from './inference/create-nodes';
import { postTasksExecution, preTasksExecution } from './inference/execution-hooks';
import type { HephyPluginOptions } from './inference/plugin-options';

export type { HephyPluginOptions };
export { createDependencies, createNodes, postTasksExecution, preTasksExecution };
export const name = '@hephy/nx-image';

const plugin: NxPlugin<HephyPluginOptions> = {
  name,
  createNodes,
  createDependencies,
  preTasksExecution,
  postTasksExecution,
};
export default plugin;
