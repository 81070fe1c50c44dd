import { getEventListeners } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HephyError } from '../src/errors/hephy-error';
import type { ProcessSpec } from '../src/process/process';
import { runProcess } from '../src/process/run-process';
import { livingProcesses, until } from '../testing/processes';

const env = { PATH: process.env.PATH ?? '' };
const directory = mkdtempSync(join(tmpdir(), 'hephy-process-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const before = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect', 'exit'].map((name) => process.listenerCount(name));

let count = 0;
/** Stands in the command line of the shell and of its subshells. */
function newMarker(): string {
  return `hephy-test-${process.pid}-${++count}`;
}

function shell(script: string, more: Partial<ProcessSpec> = {}, marker = newMarker()) {
  return runProcess({ file: 'sh', arguments: ['-c', script, marker], env, ...more });
}

function text(end: Awaited<ReturnType<typeof runProcess>>): string {
  if (end.kind !== 'exited') throw new Error(`not exited: ${JSON.stringify(end)}`);
  return Buffer.from(end.stdout).toString();
}

describe('runProcess', () => {
  it('answers exit code, stdout as bytes and stderr', async () => {
    const end = await shell('printf "a\\000\\377"; echo oops >&2; exit 42');
    expect(end).toEqual({ kind: 'exited', exitCode: 42, stdout: Buffer.from([97, 0, 255]), stderr: 'oops\n' });
  });

  it('gives the child the environment, directory and input of the spec and no others', async () => {
    const end = await shell('pwd; env | sort; cat', { cwd: directory, stdin: 'in', env: { ...env, ONLY: 'this' } });
    expect(text(end)).toBe(`${directory}\nONLY=this\nPATH=${env.PATH}\nPWD=${directory}\nin`);
  });

  it('has an empty input where none is given', async () => {
    expect(text(await shell('cat; echo end'))).toBe('end\n');
  });

  it('does not mind a child that reads nothing of a long input', async () => {
    expect(await shell('exit 3', { stdin: 'x'.repeat(1_000_000) })).toMatchObject({ kind: 'exited', exitCode: 3 });
  });

  it('answers the signal that ended it', async () => {
    expect(await shell('echo last >&2; kill -KILL $$')).toEqual({
      kind: 'signalled',
      signal: 'SIGKILL',
      stderr: 'last\n',
    });
  });

  it('answers absent for a name that PATH does not find and for a path that is not there', async () => {
    for (const file of ['hephy-no-such-program', '/no/such/program']) {
      expect(await runProcess({ file, arguments: [], env })).toEqual({ kind: 'absent', file });
    }
  });

  it('finds the file by the PATH of the spec', async () => {
    expect(await runProcess({ file: 'sh', arguments: [], env: { PATH: directory } })).toMatchObject({ kind: 'absent' });
  });

  it.each([
    ['EACCES', 'a text', 0o644],
    ['ENOENT', '#!/no/such/interpreter\n', 0o755],
  ])('says what is wrong with a file that cannot be started: %s', async (code, content, mode) => {
    const file = join(directory, code);
    writeFileSync(file, content);
    chmodSync(file, mode);
    const error: unknown = await runProcess({ file, arguments: [], env }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HephyError);
    expect(error).toMatchObject({ code: 'TOOL_UNUSABLE', message: expect.stringContaining(code) as string });
  });

  it('takes a missing working directory for a mistake of the caller’s', async () => {
    await expect(shell('true', { cwd: '/no/such/directory' })).rejects.toThrow(
      '/no/such/directory, which is not there',
    );
  });

  it('hands on 100,000 lines of each stream in order', async () => {
    const seen = { stdout: 0, stderr: 0 };
    const script = 'for (let i = 1; i <= 100000; i++) { console.log("é" + i); console.error("é" + i) }';
    const end = await runProcess({
      file: process.execPath,
      arguments: ['-e', script],
      env,
      capture: false,
      onLine: (line, stream) => {
        if (line === `é${seen[stream] + 1}`) seen[stream]++;
      },
    });
    expect(seen).toEqual({ stdout: 100_000, stderr: 100_000 });
    expect(end).toMatchObject({ kind: 'exited', exitCode: 0, stdout: Buffer.alloc(0) });
    expect(end.kind === 'exited' && end.stderr.endsWith('é100000\n') && end.stderr.length <= 64 * 1024).toBe(true);
  });

  it('holds the child back while a chunk is being taken, and loses nothing', async () => {
    let size = 0;
    let open = 0;
    const end = await runProcess({
      file: 'head',
      arguments: ['-c', '3000000', '/dev/zero'],
      env,
      onChunk: async (chunk) => {
        expect(++open).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        size += chunk.length;
        open--;
      },
    });
    expect(end).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(size).toBe(3_000_000);
  });

  it('lets a child run no further than the pipe while a chunk is held', async () => {
    const seen: string[] = [];
    const end = await shell('head -c 1000000 /dev/zero; echo written >&2', {
      onLine: (line, stream) => {
        if (stream === 'stderr') seen.push(line);
      },
      onChunk: async () => {
        if (seen.length > 0) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
        seen.push('released');
      },
    });
    expect(end).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(seen.indexOf('written')).toBeGreaterThan(seen.indexOf('released'));
  });

  it('refuses to keep more than 64 MiB', async () => {
    const marker = newMarker();
    await expect(shell('cat /dev/zero; :', {}, marker)).rejects.toThrow('more than 64 MiB');
    expect(livingProcesses(marker)).toEqual([]);
  });

  it('ends the child and passes on what a callback threw', async () => {
    const marker = newMarker();
    const onLine = () => {
      throw new Error('from the callback');
    };
    await expect(shell('echo x; sleep 60; :', { onLine }, marker)).rejects.toThrow('from the callback');
    expect(livingProcesses(marker)).toEqual([]);
  });

  it('ends the whole group at the timeout, what ignores SIGTERM too', async () => {
    const marker = newMarker();
    const deaf = `sh -c 'trap "" TERM; while :; do sleep 1; done' ${marker}`;
    const begun = performance.now();
    const end = await shell(`${deaf} & ${deaf} & wait`, { timeout: 200 }, marker);
    expect(end).toEqual({ kind: 'timed out', after: 200 });
    expect(performance.now() - begun).toBeGreaterThan(2000);
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect(livingProcesses(marker)).toEqual([]);
  });

  it('lets a child end in its own way within two seconds, and says cancelled all the same', async () => {
    const script = 'trap "echo tidied; exit 0" TERM; echo ready; while :; do sleep 0.05; done 2>/dev/null';
    const cancelOnce = async () => {
      const controller = new AbortController();
      const lines: string[] = [];
      let aborted = 0;
      const onLine = (line: string) => {
        lines.push(line);
        if (line !== 'ready') return;
        aborted = performance.now();
        controller.abort();
      };
      expect(await shell(script, { onLine, signal: controller.signal })).toEqual({ kind: 'cancelled' });
      return { lines, hadItsTime: performance.now() - aborted >= 2000 };
    };
    let end = await cancelOnce();
    // On a machine that stands still for two seconds a child does nothing in them.
    for (let tries = 1; tries < 5 && end.hadItsTime && !end.lines.includes('tidied'); tries += 1)
      end = await cancelOnce();
    expect(end.lines).toContain('tidied');
  });

  it('leaves no grandchild when cancelled', async () => {
    const marker = newMarker();
    const controller = new AbortController();
    const running = shell(
      `sh -c 'sh -c "echo deep; sleep 60; :" ${marker}; :' ${marker}; :`,
      {
        signal: controller.signal,
        onLine: () => {
          controller.abort();
        },
      },
      marker,
    );
    expect(await running).toEqual({ kind: 'cancelled' });
    expect(livingProcesses(marker)).toEqual([]);
  });

  it('starts nothing for a signal that is aborted already', async () => {
    const file = join(directory, 'never');
    expect(await shell(`touch ${file}`, { signal: AbortSignal.abort() })).toEqual({ kind: 'cancelled' });
    expect(await shell(`test ! -e ${file}`)).toMatchObject({ exitCode: 0 });
  });

  it('is not held up by a grandchild that holds on to its output, and ends that one', async () => {
    const marker = newMarker();
    const begun = performance.now();
    const end = await shell(`sh -c 'sleep 60; :' ${marker} & echo done`, {}, marker);
    expect(text(end)).toBe('done\n');
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect(livingProcesses(marker)).toEqual([]);
  });

  it('is not held up by a grandchild that goes on writing', async () => {
    const marker = newMarker();
    const begun = performance.now();
    const end = await shell(`sh -c 'while :; do echo more; sleep 0.02; done' ${marker} & echo done`, {}, marker);
    expect(text(end)).toContain('done\n');
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect(livingProcesses(marker)).toEqual([]);
  });

  it('leaves a service alone that let go of the output', async () => {
    const marker = newMarker();
    const sign = join(directory, 'let-go');
    // Until it has let go it is taken for an orphan that has not.
    const service = `sh -c ': > ${sign}; sleep 60; :' ${marker} >/dev/null 2>&1 </dev/null &`;
    const script = `${service} until [ -e ${sign} ]; do sleep 0.01; done; echo done`;
    expect(text(await shell(script, {}, marker))).toBe('done\n');
    const left = livingProcesses(marker);
    expect(left.length).toBeGreaterThan(0);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    await until(() => livingProcesses(marker).length === 0);
  });

  it('ends what a child that was killed left behind', async () => {
    const marker = newMarker();
    const script = `sh -c 'sleep 60; :' ${marker} >/dev/null 2>&1 & kill -KILL $$`;
    expect(await shell(script, {}, marker)).toMatchObject({ kind: 'signalled', signal: 'SIGKILL' });
    expect(livingProcesses(marker)).toEqual([]);
  });

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 20 }, () => shell('true', { signal })));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect', 'exit'].map((name) => process.listenerCount(name))).toEqual(
      before,
    );
  });
});
