import { readDockerfile } from './read-dockerfile';

function copied(lines: readonly string[], builder: 'kaniko' | 'buildah' = 'kaniko') {
  return readDockerfile(lines.join('\n'), { path: 'Dockerfile', args: new Map(), builder }).copied;
}

test('places that Kaniko fills with one thing, of the stages that the image consists of', () => {
  const lines = [
    'FROM scratch AS src',
    'COPY --from=other/image /x /unseen',
    'FROM scratch AS base',
    'COPY --from=src /a /b',
    'FROM base',
    'COPY --from=src /bin/tool /usr/bin/',
    'COPY a /c',
    'COPY --from=src /* /d/',
    'COPY --from=src /e/. /f/',
    'COPY --from=src /g /h /i/',
    'COPY --from=src /j relative',
    'COPY --from=src /$k /k',
  ];
  expect(copied(lines)).toEqual([
    { line: 6, path: '/usr/bin/tool' },
    { line: 7, path: '/c' },
    { line: 4, path: '/b' },
  ]);
  expect(copied(lines, 'buildah')).toEqual([]);
});
