import { readDockerfile } from '../read-dockerfile';

const L = (...lines: string[]): string => `${lines.join('\n')}\n`;

function refused(text: string, args: Readonly<Record<string, string>> = {}): readonly string[] {
  const { refusals } = readDockerfile(text, {
    path: 'Dockerfile',
    args: new Map(Object.entries(args)),
    builder: 'kaniko',
    platform: { os: 'linux', architecture: 'amd64' },
    closed: ['/busybox', '/builds', '/cache'],
  });
  return refusals.map(({ line, what }) => `${line} ${/\/(?:busybox|builds|cache)/.exec(what)?.[0]}`);
}

const REFUSED: readonly (readonly [string, ...string[]])[] = [
  ['COPY a /cache/a'],
  ['COPY a /busybox'],
  ['ADD a //cache/a'],
  ['COPY a /./cache/a'],
  ['COPY a /opt/../cache/a'],
  ['COPY ["a", "/cache/a"]'],
  ['COPY a "/cache/a"'],
  ['COPY <<EOF /cache/a', 'x', 'EOF'],
  ['WORKDIR /cache/a'],
  ['RUN echo > /cache/a'],
  ['RUN echo>/cache/a'],
  ['RUN cp -r /cache /data'],
  ['RUN cp -r "/cache" /data'],
  ['RUN cp -r /cach? /data'],
  ['RUN cp -r /[c]ache/* /data'],
  ['RUN x --dir=/cache/x'],
  ['RUN x -o/cache/x'],
  ['RUN x a:/cache/x'],
  ['RUN x $(ls //cache)'],
  ['RUN x ${UNSET:-/cache/x}'],
  ['RUN ["cp", "-r", "/cache", "/data"]'],
  ['RUN ["sh", "-c", "cp -r /cache /data"]'],
  ['RUN --mount=type=cache,target=/cache/pip pip install x'],
];

test.each(REFUSED)('%s', (...lines) => {
  expect(refused(L('FROM a', ...lines))).toEqual([expect.stringMatching(/^2 \/(?:cache|busybox)$/)]);
});

const BUILT: readonly (readonly [string, ...string[]])[] = [
  ['COPY /cache /app/cache'],
  ['COPY cache builds/ /app/'],
  ['COPY a cache/a'],
  ['COPY a /var/cache/a'],
  ['COPY a /cache2/a'],
  ['WORKDIR /cache'],
  ['VOLUME /cache'],
  ['ENV CACHE=/cache'],
  ['RUN rm -rf /var/cache/apt /root/.cache && npm cache clean --force'],
  ['RUN mkdir -p ${HOME}/cache "$HOME"/cache $(pwd)/cache `pwd`/cache'],
  ['RUN curl https://example.com/cache/x https://cache/x'],
  ["RUN sed 's/*/x/' x && ls /* && grep '/.*' x"],
  ['WORKDIR /', 'RUN npm cache clean'],
  ['WORKDIR /app', 'COPY a cache/a', 'RUN ls cache/a ./builds'],
  ['ARG D=/data/cache', 'RUN echo > $D/x'],
];

test.each(BUILT)('no word of these leads there: %s', (...lines) => {
  expect(refused(L('FROM a', ...lines))).toEqual([]);
});

test('from the directory that an instruction is carried out in', () => {
  const text = L('FROM a', 'WORKDIR /', 'COPY a cache/a', 'RUN ls ./cache/a', 'WORKDIR app/x', 'COPY a ../../cache/a');
  expect(refused(text)).toEqual(['3 /cache', '4 /cache', '6 /cache']);
  expect(refused(L('FROM a', 'WORKDIR /cache', 'COPY a b', 'RUN x > y', 'RUN ["x"]'))).toHaveLength(2);
});

test('what is copied of a stage is of its root', () => {
  const copy = (from: string): string => L('FROM a AS b', 'WORKDIR /app', 'FROM c', `COPY --from=b ${from} /data`);
  for (const from of ['cache', '/cache', '../cache/x', '//cache', 'cach?', 'x /cache/'])
    expect([from, refused(copy(from))]).toEqual([from, [expect.stringMatching(/^4 \/cache$/)]]);
  expect(refused(copy('app/cache /var/cache'))).toEqual([]);
});

test('what variables stand for, also those of a stage before, and of the build', () => {
  expect(refused(L('FROM a', 'ENV D=/cache', 'COPY a $D/a'))).toHaveLength(1);
  expect(refused(L('ARG D=/cache', 'FROM a', 'ARG D', 'COPY a ${D}/a'))).toHaveLength(1);
  expect(refused(L('FROM a', 'ARG D=/data', 'COPY a $D/a'), { D: '/builds' })).toHaveLength(1);
  expect(refused(L('FROM a AS b', 'ENV D "/cache"', 'FROM b', 'WORKDIR $D/x'))).toHaveLength(1);
  expect(refused(L('FROM a', 'ENV A=/c D=${A}ache', 'COPY a $D/a'))).toEqual([]);
});

test('a RUN is told by its environment', () => {
  expect(refused(L('FROM a', 'ENV TOOL_CACHE=/cache/tool', 'COPY a /run.sh', 'RUN sh /run.sh', 'RUN x'))).toEqual([
    '4 /cache',
  ]);
  expect(refused(L('FROM a AS b', 'ENV P=/x:/busybox', 'FROM b', 'RUN x'))).toEqual(['4 /busybox']);
  expect(refused(L('FROM a', 'RUN x', 'ENV TOOL_CACHE=/cache/tool'))).toEqual([]);
});
