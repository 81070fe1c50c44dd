import type { RunProcess } from '../process/process';
import { findNamed, findOnPath, isProgram, type Program } from './find-program';
import { readVersion } from './read-version';
import type { Tool, ToolSearch } from './tool';

export const KANIKO: Program = { name: 'Kaniko', variable: 'HEPHY_KANIKO' };
const MANIFEST_TOOL: Program = { name: 'manifest-tool', variable: 'HEPHY_MANIFEST_TOOL' };
const BUILDAH: Program = { name: 'buildah', variable: 'HEPHY_BUILDAH' };

/** Where Kaniko's own images have it. */
export const IN_ITS_IMAGE = '/kaniko/executor';

/**
 * Kaniko's executor: a name of ours (`kaniko-executor`) on PATH, or its own (`executor`), which is taken only where it says that it is Kaniko.
 * @throws HephyError TOOL_MISSING, see findNamed
 */
export async function findKaniko(search: ToolSearch, runProcess: RunProcess): Promise<Tool | undefined> {
  const named = await findNamed(KANIKO, search);
  if (named !== undefined) return named;
  const ours = await findOnPath('kaniko-executor', search.env);
  if (ours !== undefined) return { name: KANIKO.name, path: ours, found: 'PATH' };
  const its = await findOnPath('executor', search.env);
  if (its !== undefined && /\bkaniko\b/i.test((await readVersion(its, ['version'], runProcess)) ?? '')) {
    return { name: KANIKO.name, path: its, found: 'PATH' };
  }
  return (await isProgram(IN_ITS_IMAGE)) ? { name: KANIKO.name, path: IN_ITS_IMAGE, found: '/kaniko' } : undefined;
}

/** @throws HephyError TOOL_MISSING, see findNamed */
export async function findManifestTool(search: ToolSearch): Promise<Tool | undefined> {
  return findPlain(MANIFEST_TOOL, 'manifest-tool', search);
}

/** @throws HephyError TOOL_MISSING, see findNamed */
export async function findBuildah(search: ToolSearch): Promise<Tool | undefined> {
  return findPlain(BUILDAH, 'buildah', search);
}

async function findPlain(program: Program, name: string, search: ToolSearch): Promise<Tool | undefined> {
  const named = await findNamed(program, search);
  if (named !== undefined) return named;
  const path = await findOnPath(name, search.env);
  return path === undefined ? undefined : { name: program.name, path, found: 'PATH' };
}
