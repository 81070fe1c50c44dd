import type { ProjectGraph } from '@nx/devkit';
import type { Image } from '../config/build-config';
import { variantTarget } from '../config/variant';
import type { NxTarget } from '../run/run-context';
import { MANIFEST_TOOL_EXECUTOR } from './image-project';

/** What a `project.json` calls it where nobody says otherwise. */
const USUAL = 'verify';

interface ManifestOptions {
  readonly variant?: string;
  readonly verifyTarget?: string;
}

/** The image's `verify` target, of a variant `verify--<variant>`; undefined: the project has none. Another name is an option of the target that publishes. */
export function findVerifyTarget(
  { variant }: Pick<Image, 'variant'>,
  project: string | undefined,
  nodes: ProjectGraph['nodes'],
): NxTarget | undefined {
  const targets = nodes[project ?? '']?.data.targets;
  if (project === undefined || targets === undefined) return undefined;
  const options = Object.values(targets)
    .filter(({ executor }) => executor === MANIFEST_TOOL_EXECUTOR)
    .map((target) => (target.options ?? {}) as ManifestOptions)
    .find((one) => one.variant === variant);
  const target = variantTarget(options?.verifyTarget ?? USUAL, variant);
  return Object.hasOwn(targets, target) ? { project, target } : undefined;
}
