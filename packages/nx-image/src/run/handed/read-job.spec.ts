import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builderOf } from '../../builders/builders';
import { readJob } from './read-job';

const root = mkdtempSync(join(tmpdir(), 'hephy-read-job-'));
const secret = join(root, 'secret');
writeFileSync(secret, 'sha256:of somebody else');
afterAll(() => {
  rmSync(root, { recursive: true });
});

let count = 0;
/** Files of a job, and what is read of them. */
function job(
  files: Readonly<Record<string, string | Uint8Array>>,
  spoil: (directory: string) => void = () => undefined,
) {
  const built = join(root, `built${++count}`);
  const directory = join(built, 'web', 'amd64');
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries({ run: 'ours\n', ...files }))
    writeFileSync(join(directory, name), content);
  spoil(directory);
  const logFile = join(root, 'dist', `${count}.log`);
  const read = readJob({
    ...{ run: 'ours', built, image: 'web', platform: { os: 'linux', architecture: 'amd64' } },
    ...{ builder: builderOf('kaniko'), logFile, secrets: ['hunter2hunter2'] },
  });
  return { read, log: () => readFileSync(logFile, 'utf8') };
}

test('what a job leaves', async () => {
  const { read, log } = job({
    ...{ status: '1\n', digest: 'sha256:x', Dockerfile: 'FROM a\r\nRUN x', times: '1763800000\n1763800012\n' },
    log: '\x1b[36mINFO\x1b[0m[0001] RUN make\nthe password is hunter2hunter2\n',
  });
  expect(await read).toEqual({
    ...{ exitCode: 1, digestFile: 'sha256:x', timedOut: false, dockerfile: 'FROM a\r\nRUN x', problem: undefined },
    ran: { from: 1_763_800_000_000, to: 1_763_800_012_000 },
    said: ['RUN make'],
    lines: ['INFO[0001] RUN make', 'the password is ***'],
  });
  expect(log()).toBe('INFO[0001] RUN make\nthe password is ***\n');
});

test('no directory, and one without files', async () => {
  const nothing = {
    exitCode: undefined,
    digestFile: undefined,
    timedOut: false,
    dockerfile: undefined,
    said: [],
    lines: [],
  };
  expect(await job({}).read).toMatchObject(nothing);
  for (const up of ['..', '../..']) {
    expect(
      await job({}, (directory) => {
        rmSync(join(directory, up), { recursive: true });
      }).read,
    ).toBeUndefined();
  }
});

test.each(['theirs\n', '', 'ours and more'])('what a job of another run has left is nothing: %j', async (run) => {
  expect(await job({ run, status: '0\n', digest: 'sha256:x' }).read).toBeUndefined();
});

test('a long binary log: its end counts, in memory there are 200 lines', async () => {
  const noise = Buffer.alloc(9 * 2 ** 20, `${'a\0b\xff'.repeat(2000)}\n`, 'latin1');
  const { read, log } = job({ status: '2', log: Buffer.concat([noise, Buffer.from('\nINFO[0009] COPY z /\n')]) });
  const found = await read;
  expect(found?.said).toEqual(['COPY z /']);
  expect(found?.lines).toHaveLength(200);
  expect(log().slice(0, 60)).toContain('bytes are left out');
});

test.each(['', 'now then', '1 2', '1763800012\n1763800000\n', '1763800000\n9763800000\n', '1e9 Infinity'])(
  'times that are none: %j',
  async (times) => {
    expect((await job({ status: '0', times }).read)?.ran).toBeUndefined();
  },
);

const link = (name: string, target: string) => (directory: string) => {
  rmSync(join(directory, name), { force: true, recursive: true });
  symlinkSync(target, join(directory, name));
};
test.each<[string, (directory: string) => void]>([
  ['a link to a file', link('digest', secret)],
  ['a link to nothing', link('log', '/none')],
  [
    'a directory for a file',
    (directory) => {
      mkdirSync(join(directory, 'times'));
    },
  ],
  [
    'a pipe',
    (directory) => {
      execFileSync('mkfifo', [join(directory, 'log')]);
    },
  ],
  ['a device', link('Dockerfile', '/dev/zero')],
  [
    'a huge digest',
    (directory) => {
      truncateSync(join(directory, 'status'), 5000);
    },
  ],
  [
    'no exit code',
    (directory) => {
      writeFileSync(join(directory, 'status'), '-1; rm -rf /\n');
    },
  ],
  [
    'a file for the directory',
    (directory) => {
      rmSync(directory, { recursive: true });
      writeFileSync(directory, '');
    },
  ],
  [
    'a link for the directory',
    (directory) => {
      rmSync(directory, { recursive: true });
      symlinkSync(root, directory);
    },
  ],
  [
    'a file for all directories',
    (directory) => {
      const built = join(directory, '../..');
      rmSync(built, { recursive: true });
      writeFileSync(built, '');
    },
  ],
])('refuses %s', async (_, spoil) => {
  await expect(job({ status: '0\n' }, spoil).read).rejects.toMatchObject({ code: 'JOB_OUTPUT_INVALID' });
});
