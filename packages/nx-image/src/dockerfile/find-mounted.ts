import type { StageView } from './differences/difference';
import { readMounts } from './find-mentions';

/** A place of the image over which a RUN mounts something. */
export interface MountedPlace {
  readonly line: number;
  /** Absolute. */
  readonly path: string;
  /** What is below a cache is seldom missed. */
  readonly cache: boolean;
}

/** What is written plainly, in the stages that the image consists of. */
export function findMounted(target: StageView | undefined): readonly MountedPlace[] {
  const places: MountedPlace[] = [];
  for (let stage = target; stage !== undefined; stage = stage.parent)
    for (const instruction of stage.instructions)
      for (const { target: path, type } of readMounts(instruction).mounts)
        if (path !== undefined && /^\/[^$]+$/.test(path))
          places.push({ line: instruction.line, path, cache: type === 'cache' });
  return places;
}
