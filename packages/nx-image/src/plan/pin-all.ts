import type { Dockerfile, ImageUse } from '../dockerfile/dockerfile';
import type { Download } from '../dockerfile/find-downloads';
import { pinDockerfile } from '../dockerfile/pin-dockerfile';
import type { Pin } from './pin';

/** One external image of a used stage and what it is pinned to. */
export interface PlannedPin {
  readonly use: ImageUse;
  readonly pin: Pin;
}

/** The text with every base replaced; undefined while one of them is a hole. `downloaded` as in `pinDockerfile`. */
export function pinAll(
  dockerfile: Dockerfile,
  pins: readonly PlannedPin[],
  downloaded?: (download: Download) => string | undefined,
): string | undefined {
  const references = new Map<ImageUse, string>();
  for (const { use, pin } of pins) {
    if (pin.kind !== 'digest') return undefined;
    references.set(use, `${pin.repository}@${pin.digest}`);
  }
  return pinDockerfile(dockerfile, (use) => references.get(use), downloaded);
}
