import { readFileSync, readdirSync, readlinkSync, realpathSync, type Dirent } from 'node:fs';
import { posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { HephyError } from '../errors/hephy-error';
import { contextDirectory, type ContextPlace } from './context-directory';
import { decodePath, showBytes } from './decode-path';
import type { FileModes } from './file-modes';
import { JOB_DIRECTORY } from './job-directory';
import { hashFile, type HashedFile } from './hash-file';
import { NO_RULES, type IgnoreRules } from './ignore-rules';
import { readIgnoreRules } from './local-ignore-rules';
import { refuseLocalPointers } from './local-pointers';
import { makeListing } from './make-listing';
import { refuseMissingSubmodules } from './missing-submodules';
import type { ContextEntry, ContextListing } from './source';

export interface ContextInput extends ContextPlace {
  /** From the image directory too, wherever the context is. */
  readonly dockerfilePath: string;
  /** See `readFileModes`. */
  readonly modes: FileModes;
  /** See `readMissingSubmodules`. */
  readonly missing?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Of the image directory: ours, not the image's; and Git's own at any depth. */
const LEFT_OUT = ['build-config.yaml', 'build-config.yml', 'project.json'];
/** Small files are read without giving way; after so many the loop gets a turn. */
const TURN = 64;
const LARGE_AT_ONCE = 4;

/**
 * What a builder will see of a local context: all files but the ignored ones (Docker's ignore files alone count, for generated files belong to it and
 * .gitignore is about something else), Git's and hephy's own. Links stay links, wherever they point, and none is followed. Docker would copy empty
 * directories too; git does not know them, so that two clones would differ: they are left out.
 * @throws HephyError CONTEXT_…, SUBMODULE_MISSING
 */
export async function listContext(input: ContextInput): Promise<ContextListing> {
  const context = posix.join(input.imageRoot, input.contextPath);
  const missing = input.missing ?? [];
  refuseMissingSubmodules(
    missing.filter((path) => context.startsWith(`${path}/`)),
    context,
    NO_RULES,
  );
  const directory = contextDirectory(input);
  const rules = readIgnoreRules(input, directory);
  refuseMissingSubmodules(missing, context, rules);
  return new Walk(input, directory, rules).list();
}

class Walk {
  private readonly entries: ContextEntry[] = [];
  private readonly large = new Set<Promise<void>>();
  private readonly ours: readonly string[];
  private readonly pointers: string[] = [];
  private failure: { readonly thrown: unknown } | undefined;
  private size = 0;
  private turn = 0;

  constructor(
    private readonly input: ContextInput,
    private readonly root: string,
    private readonly rules: IgnoreRules,
  ) {
    this.ours = [JOB_DIRECTORY, ...LEFT_OUT.map((name) => posix.join(input.imageRoot, name))];
  }

  async list(): Promise<ContextListing> {
    await this.walk('');
    await Promise.all(this.large);
    if (this.failure !== undefined) throw this.failure.thrown;
    refuseLocalPointers(realpathSync(this.root), this.pointers, this.fullPath('.'));
    return makeListing(this.entries, this.size);
  }

  private async walk(directory: string): Promise<void> {
    for (const entry of this.read(directory)) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.name === '.git' || this.ours.includes(this.fullPath(path))) continue;
      const ignored = this.rules.ignores(path);
      if (entry.isDirectory()) {
        if (!ignored || !this.rules.prunes(path)) await this.walk(path);
      } else if (!ignored) {
        await this.add(path, entry);
      }
    }
  }

  /** From the workspace root. */
  private fullPath(path: string): string {
    return posix.join(this.input.imageRoot, this.input.contextPath, path);
  }

  private async add(path: string, entry: Dirent): Promise<void> {
    if (++this.turn % TURN === 0) {
      await setImmediate();
      this.input.signal?.throwIfAborted();
    }
    const absolute = `${this.root}/${path}`;
    if (entry.isSymbolicLink()) {
      const target = decodePath(this.attempt(path, () => readlinkSync(absolute, 'buffer')));
      if (target === undefined) throw unsupported(path, 'is a link whose target is no UTF-8');
      this.entries.push({ path, kind: 'symlink', content: target });
    } else if (entry.isFile()) {
      const hashed = this.attempt(path, () => hashFile(absolute, this.input.signal));
      if (!(hashed instanceof Promise)) {
        this.addFile(path, absolute, hashed);
        return;
      }
      while (this.large.size >= LARGE_AT_ONCE) await Promise.race(this.large);
      const done: Promise<void> = hashed
        .then((file) => {
          this.addFile(path, absolute, file);
        })
        .catch((thrown: unknown) => {
          this.failure ??= { thrown };
        })
        .finally(() => this.large.delete(done));
      this.large.add(done);
    } else {
      throw unsupported(path, `is a ${typeOf(entry)}`);
    }
  }

  private addFile(path: string, absolute: string, file: HashedFile): void {
    const tracked = this.input.modes.get(this.fullPath(path));
    if (tracked === 'symlink') {
      // A checkout without links (core.symlinks=false) holds the target as a file.
      this.entries.push({ path, kind: 'symlink', content: readFileSync(absolute, 'utf8') });
      return;
    }
    const kind = tracked ?? (file.executable ? 'executable' : 'file');
    this.entries.push({ path, kind, content: file.hash });
    this.size += file.size;
    if (file.pointer) this.pointers.push(path);
  }

  private read(directory: string): Dirent[] {
    const absolute = directory === '' ? this.root : `${this.root}/${directory}`;
    const entries = this.attempt(directory, () => readdirSync(absolute, { withFileTypes: true }));
    if (entries.some(({ name }) => name.includes('\ufffd'))) {
      for (const name of this.attempt(directory, () => readdirSync(absolute, { encoding: 'buffer' }))) {
        if (decodePath(name) === undefined) throw unsupported(posix.join(directory, showBytes(name)), 'is no UTF-8');
      }
    }
    return entries;
  }

  private attempt<T>(path: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? '';
      const full = this.fullPath(path);
      if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL'].includes(code)) {
        throw new HephyError('CONTEXT_CHANGED', `${full} changed while it was read`, { hint: 'Run again.', cause });
      }
      if (code !== 'EACCES' && code !== 'EPERM') throw cause;
      const hint = 'Make it readable, or name it in .dockerignore.';
      throw new HephyError('CONTEXT_UNREADABLE', `${full} may not be read by this user`, { hint, cause });
    }
  }
}

function unsupported(path: string, what: string): HephyError {
  return new HephyError('CONTEXT_UNSUPPORTED', `the context cannot hold ${path}: it ${what}`, {
    hint: 'Remove it, or name it in .dockerignore.',
  });
}

function typeOf(entry: Dirent): string {
  if (entry.isSocket()) return 'socket';
  if (entry.isFIFO()) return 'named pipe';
  return entry.isBlockDevice() || entry.isCharacterDevice() ? 'device' : 'special file';
}
