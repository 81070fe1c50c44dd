import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../../config/build-config';
import { withHold } from '../../config/edit-hold';
import { HephyError } from '../../errors/hephy-error';
import { writeWhole } from './write-whole';

export interface HoldEdit {
  /** Whether the file is to change. */
  readonly needed: boolean;
  /** @throws HephyError CONFIG_UNWRITABLE */
  readonly write: () => void;
}

/** How the image's config is to say that the version is held. @throws HephyError CONFIG_UNWRITABLE where that cannot be edited in */
export function planHold(workspaceRoot: string, image: Image, version: string): HoldEdit {
  const path = join(workspaceRoot, image.configFile);
  // Decoded and encoded again it is the same bytes, its byte order mark included: a config that is no UTF-8 was refused before.
  const text = readFileSync(path, 'utf8');
  const edited = withHold(text, image.name, version);
  if (edited === undefined) throw unwritable(image, version, 'it is written in a way that hephy does not edit');
  return {
    needed: edited !== text,
    write: () => {
      if (edited === text) return;
      try {
        writeWhole(path, Buffer.from(edited));
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (code === undefined) throw cause;
        throw unwritable(image, version, `it cannot be written (${code})`, cause);
      }
    },
  };
}

function unwritable(image: Image, version: string, why: string, cause?: unknown): HephyError {
  return new HephyError('CONFIG_UNWRITABLE', `the hold of ${version} does not get into the config: ${why}`, {
    where: { file: image.configFile },
    hint: `No tag was moved. Write \`hold: ${version}\` into it and call this again.`,
    cause,
  });
}
