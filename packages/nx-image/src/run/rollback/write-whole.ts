import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/** Replaces the content of a file, whole or not at all. Its mode and owner stay, and a link to it too; one that may not be written is not replaced. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const target = realpathSync(path);
  accessSync(target, constants.W_OK);
  const { mode, uid, gid } = statSync(target);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(file, bytes);
      keepOwner(file, uid, gid);
      fchmodSync(file, mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Only root may give files away; whoever else writes the file owns it then, as with most editors. */
function keepOwner(file: number, uid: number, gid: number): void {
  try {
    fchownSync(file, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}
