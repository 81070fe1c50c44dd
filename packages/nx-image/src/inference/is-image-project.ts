import type { ProjectConfiguration } from '@nx/devkit';
import { KANIKO_EXECUTOR } from './image-project';

/** Whether the project is an image directory: one of its targets is built by us, whatever a project.json made of the others. */
export function isImageProject(project: Pick<ProjectConfiguration, 'targets'> | undefined): boolean {
  return Object.values(project?.targets ?? {}).some(({ executor }) => executor === KANIKO_EXECUTOR);
}
