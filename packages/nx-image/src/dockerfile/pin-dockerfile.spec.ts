import fc from 'fast-check';
import type { Dockerfile } from './dockerfile';
import { pinDockerfile } from './pin-dockerfile';
import { readDockerfile } from './read-dockerfile';

const DIGEST = 'a'.repeat(64);

function read(text: string): Dockerfile {
  const args = new Map([['ECR_REGISTRY', 'localhost:5000/hephy']]);
  return readDockerfile(text, {
    path: 'Dockerfile',
    args,
    platform: { os: 'linux', architecture: 'arm64' },
    builder: 'buildah',
  });
}

/** Every image by its place in the Dockerfile. */
function pin(text: string): string {
  const dockerfile = read(text);
  return pinDockerfile(dockerfile, (use) => `r/x${dockerfile.uses.indexOf(use)}@sha256:${DIGEST}`);
}

const P = (index: number): string => `r/x${index}@sha256:${DIGEST}`;

test.each([
  ['FROM', 'FROM alpine\n', `FROM ${P(0)}\n`],
  [
    'FROM and what is around it',
    '\ufeff# c\r\n\tfrom  alpine  as Q \r\nRUN x\r\n',
    `\ufeff# c\r\n\tfrom  ${P(0)}  as Q \r\nRUN x\r\n`,
  ],
  ['quotes go too', 'FROM "alpine:3"', `FROM ${P(0)}`],
  ['quotes of a flag stay', 'FROM scratch\nCOPY --from="b:1" /a /b', `FROM scratch\nCOPY --from="${P(0)}" /a /b`],
  [
    'several on one line',
    'FROM a\nRUN --mount=from=b,target=/b --mount=target=/c,from=c x b c\n',
    `FROM ${P(0)}\nRUN --mount=from=${P(1)},target=/b --mount=target=/c,from=${P(2)} x b c\n`,
  ],
  ['the flag of the platform', 'FROM --platform=$BUILDPLATFORM golang AS b\n', `FROM ${P(0)} AS b\n`],
  [
    'the flag on a line of its own',
    'FROM \\\n  --platform=$BUILDPLATFORM \\\n  golang\n',
    `FROM \\\n  \\\n  ${P(0)}\n`,
  ],
  ['a name over lines', 'FROM al\\\n# c\npi\\\r\nne AS x\n', `FROM \\\n\\\n\\\n${P(0)} AS x\n`],
  [
    'stages and scratch stay',
    'FROM scratch AS a\nFROM a AS b\nCOPY --from=a / /\nCOPY --from=0 / /\n',
    'FROM scratch AS a\nFROM a AS b\nCOPY --from=a / /\nCOPY --from=0 / /\n',
  ],
  [
    'stages that are not used stay',
    'FROM a AS x\nCOPY --from=$Y / /\nFROM b\n',
    `FROM a AS x\nCOPY --from=$Y / /\nFROM ${P(0)}\n`,
  ],
  [
    'a stage by a variable is spelled out',
    'FROM a AS x-arm64\nFROM x-${TARGETARCH}\n',
    `FROM ${P(0)} AS x-arm64\nFROM x-arm64\n`,
  ],
  [
    'a stage in other letters is spelled as it is named',
    'FROM a AS Build\nFROM build\nCOPY --from=BUILD / /\n',
    `FROM ${P(0)} AS Build\nFROM Build\nCOPY --from=Build / /\n`,
  ],
  ['scratch by a variable is spelled out', 'ARG B=scratch\nFROM $B\n', 'ARG B=scratch\nFROM scratch\n'],
  [
    'what here-documents hold stays',
    'FROM a\nRUN echo "<<X"\nCOPY --from=a b c\n',
    `FROM ${P(0)}\nRUN echo "<<X"\nCOPY --from=${P(1)} b c\n`,
  ],
])('pins %s', (_, text, pinned) => {
  expect(pin(text)).toBe(pinned);
});

test('what is not pinned keeps its name and its flag', () => {
  const text = 'FROM --platform=linux/amd64 a AS x\nFROM b\nCOPY --from=x / /\n';
  expect(pinDockerfile(read(text), ({ written }) => (written === 'b' ? 'c' : undefined))).toBe(
    text.replace('FROM b', 'FROM c'),
  );
});

const space = fc.constantFrom(' ', '  ', '\t', ' \\\n', ' \\\r\n  ', ' \\\n# FROM q \\\n', ' \\\n\n');
const image = fc.constantFrom(
  'alpine',
  'alpine:3.22',
  '"b:1"',
  "'c'",
  '$A',
  '${A:-d}',
  'registry:5000/e/f',
  'al\\\npine',
  '${ECR_REGISTRY}:own-latest',
);
const line = fc.oneof(
  fc
    .tuple(space, space, image, fc.constantFrom('a', 'b', 'C'))
    .map(([s, t, i, n]) => `FROM${s}--platform=$BUILDPLATFORM${t}${i} as ${n}`),
  fc.tuple(space, image).map(([s, i]) => `from${s}${i}`),
  fc.constantFrom(
    'FROM a',
    'FROM B',
    'FROM scratch',
    'FROM ${NOTHING}',
    'RUN echo "x <<EOF"',
    '# comment',
    '',
    'COPY --from=0 / /',
    'COPY --from=a / /',
    'ENV a=b \\\n c=d',
    'COPY <<E /x\nFROM not\nE',
  ),
  fc.tuple(space, space, fc.constantFrom('x', '"y:1"', 'x/y/z:1')).map(([s, t, i]) => `COPY${s}--from=${i}${t}/a /b`),
  fc
    .tuple(space, fc.constantFrom('x', 'y:1', 'C'))
    .map(([s, i]) => `RUN${s}--mount=type=bind,from=${i},target=/x make`),
);
const text = fc
  .tuple(
    fc.constantFrom('', '\ufeff', '# syntax=docker/dockerfile:1\n', '\n'),
    image,
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(
    ([start, first, lines, end]) =>
      `${start}ARG A=alpine:1${end}ARG ECR_REGISTRY${end}FROM ${first}${end}${lines.join(end)}`,
  );

function tryRead(source: string): Dockerfile | undefined {
  try {
    return read(source);
  } catch {
    return undefined;
  }
}

test('without pins and aliases every byte stays; with pins every line stays, and reading again gives the pins', () => {
  let readable = 0;
  fc.assert(
    fc.property(text, (source) => {
      const dockerfile = tryRead(source);
      if (dockerfile === undefined) return;
      readable++;
      if (dockerfile.aliases.length === 0) expect(pinDockerfile(dockerfile, () => undefined)).toBe(source);
      const pinned = pinDockerfile(dockerfile, (use) => P(dockerfile.uses.indexOf(use)));
      expect(pinned.split('\n')).toHaveLength(source.split('\n').length);
      const again = read(pinned);
      const used = dockerfile.uses.filter(({ stage }) => dockerfile.stages[stage]?.used === true);
      expect(again.uses.slice(0, used.length).map(({ reference }) => reference)).toEqual(
        used.map((_, index) => P(index)),
      );
      expect(again.uses.slice(0, used.length).every(({ platform }) => platform.kind === 'target')).toBe(true);
      expect(again.aliases).toEqual([]);
      expect(again.stages).toEqual(dockerfile.stages);
    }),
    { numRuns: 500 },
  );
  expect(readable).toBeGreaterThan(100);
});
