import { ownOnBuild } from './own-on-build';
import { readDockerfile } from './read-dockerfile';

function onBuildOf(text: string, target?: string): readonly string[] {
  const args = new Map<string, string>();
  const options = { path: 'Dockerfile', args, builder: 'kaniko' as const, ...(target === undefined ? {} : { target }) };
  return ownOnBuild(readDockerfile(text, options));
}

test('ONBUILD of the stage that is built, in order, flags and continued lines with it', () => {
  const text = [
    'FROM alpine:3 AS a',
    'ONBUILD RUN one',
    'FROM a AS b',
    'RUN ONBUILD',
    'onbuild COPY --from=alpine:3 /a \\',
    '  /b',
    'ONBUILD ARG X',
    'FROM alpine:3',
  ].join('\n');
  expect(onBuildOf(text, 'b')).toEqual(['COPY --from=alpine:3 /a   /b', 'ARG X']);
  expect(onBuildOf(text, 'a')).toEqual(['RUN one']);
  expect(onBuildOf(text)).toEqual([]);
});
