import type { Platform } from '../../oci/platform';

/** What nx is told to make an image: names that the plugin's options and project.json may change. */
export interface ImageTargets {
  readonly project: string;
  readonly build: (platform: Platform) => string;
  readonly manifest: string;
}
