import type { BuilderName } from '../config/build-config';
import type { BuilderSearch } from './choose-builder';
import { findNamed, findOnPath, isProgram } from './find-program';
import { IN_ITS_IMAGE, KANIKO } from './find-tool';
import { readRuntimeWish } from './runtime';

/**
 * The builder that `chooseBuilder` will most likely choose, by looking at files alone: what the registry has already is found without starting any
 * program. It is asked again, and decides, before anything is built.
 * @throws HephyError TOOL_MISSING, OPTIONS_INVALID
 */
export async function presumeBuilder(
  search: Pick<BuilderSearch, 'wanted' | 'local' | 'env' | 'kaniko' | 'runtime' | 'kanikoImage'>,
): Promise<BuilderName> {
  const { wanted, local, env, kaniko } = search;
  if (wanted !== 'kaniko' || !local || readRuntimeWish(env, search).runtime !== 'auto') return wanted;
  const there =
    (await findNamed(KANIKO, kaniko === undefined ? { env } : { option: kaniko, env })) ??
    (await findFirst(['kaniko-executor', 'executor', 'docker', 'podman'], env)) ??
    ((await isProgram(IN_ITS_IMAGE)) ? IN_ITS_IMAGE : undefined);
  return there === undefined ? 'buildah' : wanted;
}

async function findFirst(names: readonly string[], env: BuilderSearch['env']): Promise<string | undefined> {
  for (const name of names) {
    const path = await findOnPath(name, env);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** Whose image of the same inputs may be taken as well: in the local registry one builder may have stood in for the other. */
export function otherBuilder(wanted: BuilderName, presumed: BuilderName, local: boolean): BuilderName | undefined {
  if (!local || wanted !== 'kaniko') return undefined;
  return presumed === 'kaniko' ? 'buildah' : 'kaniko';
}
