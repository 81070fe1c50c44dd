import { readTranscripts } from '../../testing/transcripts';
import { builderOf } from './builders';

const { readProgress: kaniko, readPhase: kanikoPhase } = builderOf('kaniko');
const { readProgress: buildah, readPhase: buildahPhase } = builderOf('buildah');

test.each([
  ['INFO[0001] RUN make install', { what: 'RUN make install' }],
  ['\u001b[36mINFO\u001b[0m[0012] COPY . /src                     ', { what: 'COPY . /src' }],
  [
    'INFO[0000] Retrieving image a.example/b@sha256:1 from registry a.example ',
    { what: 'pulling a.example/b@sha256:1' },
  ],
  ['INFO[0000] Unpacking rootfs as cmd RUN make requires it. ', { what: 'unpacking the base' }],
  ['INFO[0009] Pushing image to a.example/b:t ', { what: 'pushing a.example/b:t' }],
  ['INFO[0000] Cmd: /bin/sh', undefined],
  ['INFO[0000] Running: [/bin/sh -c RUN]', undefined],
  ['RUN from the output of a program', undefined],
  ['WARN[0000] RUN away', undefined],
  ['', undefined],
])('Kaniko: %s', (line, progress) => {
  expect(kaniko(line)).toEqual(progress);
});

test.each([
  ['STEP 2/5: RUN make', { step: 2, steps: 5, what: 'RUN make' }],
  ['[1/3] STEP 1/4: FROM a AS b', { step: 1, steps: 4, what: 'FROM a AS b' }],
  ['Trying to pull a.example/b@sha256:1...', { what: 'pulling a.example/b@sha256:1' }],
  ['[2/2] COMMIT a.example/b:t', { what: 'committing and pushing' }],
  ['COMMITTED', undefined],
  ['output', undefined],
])('buildah: %s', (line, progress) => {
  expect(buildah(line)).toEqual(progress);
});

/** Without what is said again. */
function phasesOf(name: string, readPhase: (line: string) => string | undefined): readonly string[] {
  const transcript = readTranscripts().find((one) => `${one.builder} ${one.name}` === name);
  const all = transcript!.end.lines.flatMap((line) => readPhase(line) ?? []);
  return all.filter((phase, index) => phase !== all[index - 1]);
}

test('what a builder spends its time on is told from its real output', () => {
  expect(phasesOf('kaniko runs in several stages', kanikoPhase)).toEqual([
    ...['pull', 'build', 'pull', 'build', 'pull', 'build', 'push'],
  ]);
  expect(phasesOf('kaniko a RUN that fails', kanikoPhase)).toEqual(['pull', 'build', 'pull', 'build']);
  expect(phasesOf('buildah runs in several stages', buildahPhase)).toEqual(['build', 'pull', 'build']);
});
