import { readDockerfile } from './read-dockerfile';
import { findRuns } from './stage-runs';

function runs(text: string, onBuild: Readonly<Record<string, readonly string[]>> = {}): readonly string[] {
  const dockerfile = readDockerfile(text, {
    path: 'Dockerfile',
    args: new Map(),
    platform: { os: 'linux', architecture: 'arm64' },
    builder: 'kaniko',
  });
  return findRuns(dockerfile, (use) => onBuild[use.written] ?? []).map(
    ({ line, platform }) => `${line} ${platform.kind === 'fixed' ? platform.platform : platform.kind}`,
  );
}

test.each<[string, string, readonly string[]]>([
  ['the first of each stage', 'FROM a\nCOPY x /\nRUN 1\nRUN 2\n', ['3 target']],
  ['none', 'FROM a\nCOPY x /\n', []],
  ['in a heredoc', 'FROM a\nCOPY <<E /x\nRUN 1\nE\nRUN <<E\n1\nE\n', ['5 target']],
  ['a continued line', 'FROM a\n\nRUN \\\n  1\n', ['3 target']],
  [
    'only of stages that the target needs',
    'FROM a AS one\nRUN 1\nFROM b AS two\nRUN 1\nFROM c\nCOPY --from=two /x /\n',
    ['4 target'],
  ],
  [
    'by the platform of what the stage is FROM in the end',
    'FROM --platform=$BUILDPLATFORM a AS one\nFROM one AS two\nRUN 1\nFROM --platform=linux/s390x b AS three\nRUN 1\nFROM c\nCOPY --from=two / /\nCOPY --from=three / /\n',
    ['3 build', '5 linux/s390x'],
  ],
  ['FROM scratch', 'FROM scratch\nCOPY x /\nRUN ["/x"]\n', ['3 target']],
  ['ONBUILD RUN, where it is carried out', 'FROM a AS one\nONBUILD RUN 1\nFROM one\nRUN 2\n', ['2 target']],
  ['ONBUILD RUN, where it is not', 'FROM a\nONBUILD RUN 1\n', []],
])('%s', (_, text, expected) => {
  expect(runs(text)).toEqual(expected);
});

test('ONBUILD RUN of a base runs where it is FROM', () => {
  const onBuild = { a: ['COPY . /', ' run make'], b: ['COPY run /'] };
  expect(runs('FROM a\nRUN 1\n', onBuild)).toEqual(['1 target']);
  expect(runs('FROM b\nRUN 1\n', onBuild)).toEqual(['2 target']);
  expect(runs('FROM x\nCOPY --from=a /y /\n', onBuild)).toEqual([]);
});
