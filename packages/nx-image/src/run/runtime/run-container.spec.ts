import type { ProcessEnd, ProcessSpec } from '../../process/process';
import { runContainer } from './run-container';

/** What an engine says between the end of its client and its own knowing of it can’t be had from a real one at will. */
function engineThatSays(
  inspected: string | string[],
  waited: ProcessEnd,
  started = says('', 1),
  guard = () => Promise.resolve(says('')),
) {
  const asked: string[] = [];
  const states = [inspected].flat();
  const runProcess = (spec: ProcessSpec): Promise<ProcessEnd> => {
    const words = spec.arguments.join(' ');
    asked.push(words);
    if (spec.file === '/bin/sh') return guard();
    if (words.startsWith('container inspect'))
      return Promise.resolve(says((states.length > 1 ? states.shift() : states[0]) ?? ''));
    if (words.startsWith('wait')) return Promise.resolve(waited);
    return Promise.resolve(words.startsWith('start') ? started : says(''));
  };
  const engine = { name: 'podman', tool: { path: '/usr/bin/podman' } } as never;
  return { asked, run: () => runContainer({ engine, env: {}, passed: {}, runProcess }, 'one', ['create'], {}) };
}

function says(text: string, exitCode = 0): ProcessEnd {
  return { kind: 'exited', exitCode, stdout: Buffer.from(text), stderr: '' };
}

test.each(['running 0', 'stopped 0', 'stopping 0'])('a container that is still %s is waited for', async (state) => {
  const { run, asked } = engineThatSays(state, says('42\n'));
  await expect(run()).resolves.toMatchObject({ kind: 'exited', exitCode: 42 });
  expect(asked).toContain('wait one');
});

test('where the engine knows no exit code yet it is asked again', async () => {
  const { run } = engineThatSays(['stopped 0', '', 'exited 42'], says('no such exit code', 125));
  await expect(run()).resolves.toMatchObject({ kind: 'exited', exitCode: 42 });
});

test('as long as it knows of the container, but not how it ended, it is asked again', async () => {
  const { run } = engineThatSays([...Array<string>(8).fill('stopped 0'), 'exited 42'], says('no such exit code', 125));
  await expect(run()).resolves.toMatchObject({ kind: 'exited', exitCode: 42 });
});

test('a container whose client was killed is not waited for', async () => {
  const { run, asked } = engineThatSays('running 0', says('0'), { kind: 'signalled', signal: 'SIGKILL', stderr: '' });
  await expect(run()).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
  expect(asked).not.toContain('wait one');
});

test('a container that has ended is not', async () => {
  const { run, asked } = engineThatSays('exited 42', says('0'));
  await expect(run()).resolves.toMatchObject({ kind: 'exited', exitCode: 42 });
  expect(asked).not.toContain('wait one');
});

test.each([
  ['runs on without its client', 'running 0', { kind: 'timed out' } as ProcessEnd],
  ['never began', 'created 0', says('0')],
  ['is not known', '', says('', 125)],
])('a container that %s is the runtime’s trouble', async (_, state, waited) => {
  await expect(engineThatSays(state, waited).run()).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
});

test('a guard that cannot be started ends nothing: how the build ended is what counts, and the container goes all the same', async () => {
  const { run, asked } = engineThatSays('exited 42', says('0'), says('', 1), () =>
    Promise.reject(Object.assign(new Error('spawn /bin/sh EAGAIN'), { code: 'EAGAIN' })),
  );
  await expect(run()).resolves.toMatchObject({ kind: 'exited', exitCode: 42 });
  expect(asked).toContain('container ls --all --quiet --filter=name=one');
});
