import type { Location } from '../errors/hephy-error';
import type { Image } from './build-config';
import { placeOfHold } from './config-source';
import { isVersionOf } from './version-form';

export interface HeldVersion {
  readonly version: string;
  readonly where: Location;
}

/** Where the config holds the moving tags of the image; undefined: nowhere. Of the images of one directory each has its own. */
export function heldVersion(image: Image): HeldVersion | undefined {
  const version = image.config.hold?.find((one) => isVersionOf(image.name, one));
  return version === undefined ? undefined : { version, where: placeOfHold(image.config, version, image.configFile) };
}
