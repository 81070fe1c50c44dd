import type { Readable } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { ProcessSpec } from './process';
import { LineSplitter } from './split-lines';

const MOST_STDOUT = 64 * 1024 * 1024;
const MOST_STDERR = 64 * 1024;
/** How long output may be held open by others after the child's exit, without a byte coming and altogether. */
const QUIET_MS = 250;
const HELD_MS = 2000;

interface Streams {
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** Reads both streams of a child: lines, chunks, and what is kept of them. `onFailure`: what it threw, or too much output; the child is to be ended. */
export class ChildOutput {
  private readonly kept: Uint8Array[] = [];
  private keptSize = 0;
  private tail = Buffer.alloc(0);
  private readonly ended: Promise<unknown>;
  private read = 0;
  private pending = 0;
  private failure: { readonly thrown: unknown } | undefined;
  private readonly splitters: readonly LineSplitter[];

  constructor(
    private readonly spec: ProcessSpec,
    private readonly streams: Streams,
    private readonly onFailure: () => void,
  ) {
    const { onLine } = spec;
    const split = (stream: 'stdout' | 'stderr') =>
      new LineSplitter((line) => {
        if (this.failure === undefined) onLine?.(line, stream);
      });
    const [out, err] = [split('stdout'), split('stderr')];
    this.splitters = [out, err];
    const read = [
      this.consume(streams.stdout, (chunk) => {
        if (onLine !== undefined) out.push(chunk);
        return this.takeStdout(chunk);
      }),
      this.consume(streams.stderr, (chunk) => {
        if (onLine !== undefined) err.push(chunk);
        this.takeStderr(chunk);
      }),
    ];
    this.ended = Promise.all(read);
  }

  /** After the child's exit: true when both streams came to their end, false when something else holds them open. */
  async drain(): Promise<boolean> {
    // Whoever takes chunks may be slower than the child: only quiet ends it.
    const deadline = this.spec.onChunk === undefined ? performance.now() + HELD_MS : Infinity;
    const done = this.ended.then(() => true);
    for (let seen = -1; seen !== this.read || this.pending > 0;) {
      if (performance.now() > deadline) break;
      seen = this.read;
      const pause = new AbortController();
      const ended = await Promise.race([done, sleep(QUIET_MS, false, { signal: pause.signal }).catch(() => false)]);
      pause.abort();
      if (ended) return true;
      // Once round the loop's poll phase: what is in the pipe is read before it counts as quiet, however long we were busy.
      await setImmediate();
    }
    return false;
  }

  /** Lets go of the streams and hands on a last line without a line end. */
  close(): void {
    this.streams.stdout.destroy();
    this.streams.stderr.destroy();
    this.attempt(() => {
      for (const splitter of this.splitters) splitter.end();
    });
  }

  /** Throws what a callback threw, or that there was too much output. */
  rethrow(): void {
    if (this.failure !== undefined) throw this.failure.thrown;
  }

  stdout(): Uint8Array {
    return Buffer.concat(this.kept);
  }

  stderr(): string {
    return this.tail.toString('utf8');
  }

  private takeStdout(chunk: Uint8Array): void | Promise<void> {
    if (this.spec.onChunk !== undefined) return this.spec.onChunk(chunk);
    if (this.spec.capture === false) return;
    this.keptSize += chunk.length;
    if (this.keptSize > MOST_STDOUT) throw new Error(`${this.spec.file} wrote more than 64 MiB to its standard output`);
    this.kept.push(chunk);
  }

  private takeStderr(chunk: Uint8Array): void {
    const all = Buffer.concat([this.tail, chunk]);
    this.tail = all.length > MOST_STDERR ? Buffer.from(all.subarray(all.length - MOST_STDERR)) : all;
  }

  /** Resolves at the stream's end, however it came, when its last chunk has been taken. */
  private async consume(stream: Readable, take: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
    let taking: Promise<void> | undefined;
    stream.on('data', (chunk: Uint8Array) => {
      this.read++;
      const work = () => (this.failure === undefined ? take(chunk) : undefined);
      if (taking === undefined) {
        const taken = this.attempt(work);
        if (taken === undefined) return;
        taking = taken;
      } else {
        // Node resumes the streams of a child that has exited, paused or not: what was in the pipe then waits here.
        taking = taking.then(work);
      }
      stream.pause();
      this.pending++;
      const last = (taking = taking
        .catch((thrown: unknown) => {
          this.fail(thrown);
        })
        .then(() => {
          this.pending--;
          if (taking !== last) return;
          taking = undefined;
          stream.resume();
        }));
    });
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
      stream.once('end', resolve);
    });
    await taking;
  }

  private attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (thrown) {
      this.fail(thrown);
      return undefined;
    }
  }

  private fail(thrown: unknown): void {
    this.failure ??= { thrown };
    this.onFailure();
  }
}
