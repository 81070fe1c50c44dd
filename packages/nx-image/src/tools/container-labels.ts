import { createHash, randomBytes } from 'node:crypto';

/** Whose a container is: see `ownerIdentity` of process. */
export const OWNER_LABEL = 'hephy.owner';
/** Of which workspace: a hash of the path of its work directory. */
export const WORKSPACE_LABEL = 'hephy.workspace';

export function newContainerName(): string {
  return `hephy-${randomBytes(6).toString('hex')}`;
}

export function workspaceLabel(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
