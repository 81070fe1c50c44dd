import type { BuilderName } from '../config/build-config';
import { findNamed, findOnPath, isProgram } from './find-program';
import { IN_ITS_IMAGE, KANIKO } from './find-tool';
import type { ToolSearch } from './tool';

/**
 * The builder that `chooseBuilder` will most likely choose, by looking at files alone: what the registry has already is found without starting any
 * program. It is asked again, and decides, before anything is built.
 * @throws HephyError TOOL_MISSING
 */
export async function presumeBuilder(wanted: BuilderName, local: boolean, search: ToolSearch): Promise<BuilderName> {
  if (wanted !== 'kaniko' || !local) return wanted;
  const there =
    (await findNamed(KANIKO, search)) ??
    (await findOnPath('kaniko-executor', search.env)) ??
    (await findOnPath('executor', search.env)) ??
    ((await isProgram(IN_ITS_IMAGE)) ? IN_ITS_IMAGE : undefined);
  return there === undefined ? 'buildah' : wanted;
}

/** Whose image of the same inputs may be taken as well: in the local registry one builder may have stood in for the other. */
export function otherBuilder(wanted: BuilderName, presumed: BuilderName, local: boolean): BuilderName | undefined {
  if (!local || wanted !== 'kaniko') return undefined;
  return presumed === 'kaniko' ? 'buildah' : 'kaniko';
}
