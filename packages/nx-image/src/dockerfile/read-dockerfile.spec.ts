import type { Dockerfile } from './dockerfile';
import { L, readGiven as read, REGISTRY, type Given } from '../../testing/given-dockerfile';

/** One line a use: used or not, instruction, what it comes to, how its platform is chosen; `=3` is `FROM` of stage 3. */
function describeUses({ stages, uses }: Dockerfile): string {
  const lines = uses.map((use) => {
    const platform =
      use.platform.kind === 'fixed' ? ` ${use.platform.platform}` : use.platform.kind === 'build' ? ' build' : '';
    const what = use.own === undefined ? (use.reference ?? '?') : `own ${use.own}`;
    return `${stages[use.stage]?.used === true ? '' : '('}${use.instruction} ${what}${platform}${stages[use.stage]?.used === true ? '' : ')'}`;
  });
  return lines.join(', ');
}

const USES: readonly (readonly [string, string, string, Given?])[] = [
  ['one image', 'FROM alpine:3.22\n', 'FROM alpine:3.22'],
  ['no final newline', 'FROM alpine:3.22', 'FROM alpine:3.22'],
  ['lower case and white space', '  from\talpine:3.22  \n', 'FROM alpine:3.22'],
  ['a digest', `FROM alpine:3@sha256:${'a'.repeat(64)}\n`, `FROM alpine:3@sha256:${'a'.repeat(64)}`],
  ['scratch', 'FROM scratch\nCOPY a /\n', ''],
  ['CRLF', 'FROM alpine:3 AS a\r\nRUN x \\\r\n y\r\nFROM a\r\n', 'FROM alpine:3'],
  ['a byte order mark', '\ufeffFROM alpine\n', 'FROM alpine'],
  ['a byte order mark before a directive', '\ufeff# escape=`\nFROM `\nalpine\n', 'FROM alpine'],
  [
    'an escape directive',
    L('# escape=`', 'FROM alpine', 'RUN a `', ' FROM b', 'COPY c\\', 'FROM d'),
    'FROM d, (FROM alpine)',
  ],
  [
    'an escape directive behind a syntax directive',
    L('# syntax=docker/dockerfile:1', '# escape=`', 'FROM `', 'alpine'),
    'FROM alpine',
  ],
  ['no directive behind an empty line', L('', '# escape=`', 'FROM \\', 'alpine'), 'FROM alpine'],
  ['no directive behind another comment', L('# hello', '# escape=`', 'FROM \\', 'alpine'), 'FROM alpine'],
  ['a syntax directive names no image', L('# syntax=docker/dockerfile:1.7', 'FROM alpine'), 'FROM alpine'],
  ['a name over two lines', L('FROM al\\', 'pine AS x'), 'FROM alpine'],
  ['comments between continued lines', L('FROM \\', '# FROM a', '  # FROM b \\', '  alpine'), 'FROM alpine'],
  ['empty lines between continued lines', L('FROM alpine AS a', 'RUN x \\', '', '  y', 'FROM a'), 'FROM alpine'],
  [
    'two escapes at the end are no continuation',
    L('FROM alpine', 'RUN echo \\\\', 'FROM busybox'),
    'FROM busybox, (FROM alpine)',
  ],
  ['white space behind the continuation', 'FROM alpine\nRUN a \\  \n  FROM b\n', 'FROM alpine'],
  ['a here-document', L('FROM alpine', 'RUN <<EOF', 'FROM a', 'EOF', 'FROM busybox'), 'FROM busybox, (FROM alpine)'],
  ['two here-documents', L('FROM alpine', 'COPY <<A <<B /', 'FROM a', 'A', 'FROM b', 'B'), 'FROM alpine'],
  ['a here-document with tabs', L('FROM alpine', 'RUN <<-"EOF"', 'FROM a', '\tEOF'), 'FROM alpine'],
  ['a here-document with a file descriptor', L('FROM alpine', 'RUN cat 3<<EOF', 'FROM a', 'EOF'), 'FROM alpine'],
  [
    '<< inside quotes is none',
    L('FROM alpine', 'RUN sh -c "cat <<EOF > /x"', 'FROM busybox'),
    'FROM busybox, (FROM alpine)',
  ],
  [
    '<< behind an open quote is none',
    L('FROM alpine', "RUN echo it's <<EOF", 'FROM busybox'),
    'FROM busybox, (FROM alpine)',
  ],
  ['<< in a JSON list is none', L('FROM alpine', 'RUN ["sh", "<<EOF"]', 'FROM busybox'), 'FROM busybox, (FROM alpine)'],
  ['<< in ENV is none', L('FROM alpine', 'ENV x=<<EOF', 'FROM busybox'), 'FROM busybox, (FROM alpine)'],
  ['a default', L('ARG V=3.22', 'FROM alpine:$V'), 'FROM alpine:3.22'],
  ['a build arg over a default', L('ARG V=3.22', 'FROM alpine:${V}'), 'FROM alpine:3.21', { args: { V: '3.21' } }],
  ['a value with =', L('ARG V', 'FROM ${V#a=}'), 'FROM b', { args: { V: 'a=b' } }],
  ['an arg of an arg', L('ARG V=3', 'ARG B=alpine:${V}', 'FROM $B'), 'FROM alpine:3'],
  ['two args in one line', L('ARG A=alpine B="3"', 'FROM $A:$B'), 'FROM alpine:3'],
  ['${V:-x} unset', L('ARG V', 'FROM alpine:${V:-1}'), 'FROM alpine:1'],
  ['${V:-x} undeclared', L('FROM alpine:${V:-1}'), 'FROM alpine:1'],
  ['${V:-x} set', L('ARG V=2', 'FROM alpine:${V:-1}'), 'FROM alpine:2'],
  ['${V-x} empty', L('ARG V=', 'FROM alpine${V-:1}'), 'FROM alpine'],
  ['${V:+x}', L('ARG V=1', 'FROM alpine${V:+:edge}'), 'FROM alpine:edge'],
  ['${V:+x} unset', L('ARG V', 'FROM alpine${V:+:edge}'), 'FROM alpine'],
  ['nested alternatives', L('FROM ${A:-${B:-alpine}}'), 'FROM alpine'],
  ['${V%x}', L('ARG V=3.22.0', 'FROM alpine:${V%.0}'), 'FROM alpine:3.22'],
  ['${V%%x}', L('ARG V=3.22.0', 'FROM alpine:${V%%.*}'), 'FROM alpine:3'],
  ['${V#x}', L('ARG V=v3.22', 'FROM alpine:${V#v}'), 'FROM alpine:3.22'],
  ['${V##x}', L('ARG V=a/b/c', 'FROM ${V##*/}'), 'FROM c'],
  ['${V/x/y}', L('ARG V=a_b_c', 'FROM ${V/_/-}'), 'FROM a-b_c'],
  ['${V//x/y}', L('ARG V=a_b_c', 'FROM ${V//_/-}'), 'FROM a-b-c'],
  ['double quotes', 'FROM "alpine:3"\n', 'FROM alpine:3'],
  ['single quotes', 'ARG V=x\nFROM \'alpine\':"$V"\n', 'FROM alpine:x'],
  ['escapes', 'FROM al\\pine\n', 'FROM alpine'],
  ['a quoted default', L('ARG V="3 4"', 'FROM alpine:${V%?4}'), 'FROM alpine:3'],
  ['TARGETARCH', L('FROM alpine-${TARGETARCH}'), 'FROM alpine-arm64'],
  ['TARGETARCH declared', L('ARG TARGETARCH', 'FROM alpine-${TARGETARCH}'), 'FROM alpine-arm64'],
  [
    'TARGETVARIANT',
    L('FROM a-$TARGETOS-$TARGETARCH$TARGETVARIANT'),
    'FROM a-linux-armv7',
    { platform: 'linux/arm/v7' },
  ],
  ['TARGETARCH in the graph', L('FROM alpine-${TARGETARCH}'), 'FROM ?', { platform: null }],
  ['Kaniko uses build args that no ARG declares', L('FROM alpine:$V'), 'FROM alpine:1', { args: { V: '1' } }],
  ['args of a stage are none of FROM', L('ARG V=1', 'FROM a:$V AS a', 'ARG V=2', 'FROM b:$V'), 'FROM b:1, (FROM a:1)'],
  ['a base of a stage', L('FROM alpine AS Base', 'FROM base'), 'FROM alpine'],
  ['a stage by a variable', L('FROM a AS x-arm64', 'FROM b AS x-amd64', 'FROM x-$TARGETARCH'), 'FROM a, (FROM b)'],
  ['a stage named like an image', L('FROM alpine AS alpine', 'FROM alpine'), 'FROM alpine'],
  ['a later stage of the name is an image', L('FROM a', 'FROM b AS a'), 'FROM b, (FROM a)'],
  ['COPY --from a stage', L('FROM a AS x', 'FROM b', 'COPY --from=X /a /b'), 'FROM a, FROM b'],
  ['COPY --from a number', L('FROM a', 'FROM b', 'FROM c', 'COPY --from=0 /a /b'), 'FROM a, FROM c, (FROM b)'],
  ['COPY --from an image', L('FROM a', 'COPY --chown=1:1 --from=b:1 /a /b'), 'FROM a, COPY b:1'],
  ['COPY --from in quotes', L('FROM a', 'COPY --from="b:1" /a /b'), 'FROM a, COPY b:1'],
  ['--from behind the arguments is none', L('FROM a', 'COPY /a --from=b /b'), 'FROM a'],
  [
    'RUN --mount from an image',
    L('FROM a', 'RUN --mount=type=bind,from=b,target=/b \\', '  --mount=type=cache,target=/c x'),
    'FROM a, RUN b',
    { builder: 'buildah' },
  ],
  [
    'RUN --mount from a stage',
    L('FROM a AS x', 'FROM b', 'RUN --mount=from=x,target=/b x'),
    'FROM a, FROM b',
    { builder: 'buildah' },
  ],
  [
    '--mount with quotes and capitals',
    L('FROM a', 'RUN --mount="TYPE=bind,FROM=b" x'),
    'FROM a, RUN b',
    { builder: 'buildah' },
  ],
  ['a target', L('FROM a AS x', 'FROM b AS y'), 'FROM a, (FROM b)', { target: 'x' }],
  ['a target in other letters', L('FROM a AS x', 'FROM b AS y'), 'FROM a, (FROM b)', { target: 'X' }],
  ['an empty target is the last stage', L('FROM a AS x', 'FROM b AS y'), 'FROM b, (FROM a)', { target: '' }],
  [
    'ONBUILD counts where a stage is FROM it',
    L('FROM a AS x', 'ONBUILD COPY --from=c / /', 'FROM x'),
    'FROM a, COPY c',
  ],
  [
    'a stage that ONBUILD copies from',
    L('FROM a AS src', 'FROM b AS x', 'ONBUILD COPY --from=src / /', 'FROM x'),
    'FROM a, FROM b',
  ],
  ['ONBUILD of what is built does not', L('FROM a AS x', 'ONBUILD COPY --from=c / /'), 'FROM a'],
  ['$BUILDPLATFORM', L('FROM --platform=$BUILDPLATFORM golang:1'), 'FROM golang:1 build'],
  ['${BUILDPLATFORM} quoted', L('FROM --platform="${BUILDPLATFORM}" golang:1'), 'FROM golang:1 build'],
  ['linux/$BUILDARCH', L('FROM --platform=linux/$BUILDARCH golang:1'), 'FROM golang:1 build'],
  ['$TARGETPLATFORM', L('FROM --platform=$TARGETPLATFORM alpine'), 'FROM alpine'],
  ['$TARGETPLATFORM in the graph', L('FROM --platform=$TARGETPLATFORM alpine'), 'FROM alpine', { platform: null }],
  ['a fixed platform', L('FROM --platform=linux/arm64/v8 alpine'), 'FROM alpine linux/arm64'],
  ['a short platform', L('FROM --platform=x86_64 alpine'), 'FROM alpine linux/amd64'],
  ['a platform by an arg', L('ARG P=linux/amd64', 'FROM --platform=$P alpine'), 'FROM alpine linux/amd64'],
  ['an image of our own', L('ARG ECR_REGISTRY', 'FROM ${ECR_REGISTRY}:base-latest'), 'FROM own base-latest'],
  ['… without braces', L('ARG ECR_REGISTRY', 'FROM $ECR_REGISTRY:base-latest'), 'FROM own base-latest'],
  ['… quoted', L('ARG ECR_REGISTRY', 'FROM "${ECR_REGISTRY}":base-latest'), 'FROM own base-latest'],
  [
    '… with an arg in the tag',
    L('ARG ECR_REGISTRY', 'ARG B=base-latest', 'FROM ${ECR_REGISTRY}:${B}'),
    'FROM own base-latest',
  ],
  [
    '… by an arg as a whole',
    L('ARG ECR_REGISTRY', 'ARG B=${ECR_REGISTRY}:base-latest', 'FROM ${B}'),
    'FROM own base-latest',
  ],
  [
    '… with a default',
    L('ARG ECR_REGISTRY=docker.io/x/y', 'FROM ${ECR_REGISTRY:-z}:base-latest'),
    'FROM own base-latest',
  ],
  ['… by a build arg', L('ARG B', 'FROM ${B}'), 'FROM own base-latest', { args: { B: `${REGISTRY}:base-latest` } }],
  [
    'not our own: a build arg below it',
    L('ARG B', 'FROM ${B}'),
    `FROM ${REGISTRY}/base:1`,
    { args: { B: `${REGISTRY}/base:1` } },
  ],
  ['… undeclared, as Kaniko has it', 'FROM ${ECR_REGISTRY}:base-latest\n', 'FROM own base-latest'],
  [
    '… copied from',
    L('ARG ECR_REGISTRY', 'FROM a', 'COPY --from=${ECR_REGISTRY}:base-1.0 /a /b'),
    'FROM a, COPY own base-1.0',
  ],
  [
    'not our own: a path behind it',
    L('ARG ECR_REGISTRY', 'FROM ${ECR_REGISTRY}/base:latest'),
    `FROM ${REGISTRY}/base:latest`,
  ],
  [
    'not our own: a part of it',
    L('ARG ECR_REGISTRY', 'FROM ${ECR_REGISTRY%/*}:base-latest'),
    'FROM registry.example/team:base-latest',
  ],
  ['not our own: the same text', `FROM ${REGISTRY}:base-latest\n`, `FROM ${REGISTRY}:base-latest`],
  [
    'not our own: a digest',
    L('ARG ECR_REGISTRY', `FROM \${ECR_REGISTRY}@sha256:${'b'.repeat(64)}`),
    `FROM ${REGISTRY}@sha256:${'b'.repeat(64)}`,
  ],
  [
    'not our own: another variable',
    L('ARG ECR_REGISTRY_2=x', 'FROM ${ECR_REGISTRY_2}:base-latest'),
    'FROM x:base-latest',
  ],
  ['not our own: the variable as an alternative', L('FROM ${ECR_REGISTRY:+alpine}:3'), 'FROM alpine:3'],
  [
    'an unused stage may be wrong',
    L('FROM ${NOTHING} AS a', 'FROM UPPER AS b', 'FROM ${x AS c', 'FROM d'),
    'FROM d, (FROM ?), (FROM UPPER), (FROM ?)',
  ],
];

test.each(USES.map(([title, text, uses, given]) => ({ title, text, uses, given })))(
  '$title',
  ({ text, uses, given }) => {
    expect(describeUses(read(text, given))).toBe(uses);
  },
);

/** `line: message`, all of them. */
test('stages, args and what RUN does', () => {
  const dockerfile = read(
    L(
      'ARG G=1',
      'FROM a AS Build',
      'ARG G A="x y" TARGETARCH',
      'RUN --mount=type=bind,rw,target=/src make',
      'ARG A',
      'FROM scratch',
      'ARG Z',
      'FROM build AS last',
      'ONBUILD ARG O=1',
    ),
  );
  expect(dockerfile.stages).toEqual([
    {
      index: 0,
      name: 'build',
      writtenName: 'Build',
      line: 2,
      used: true,
      from: undefined,
      declaredArgs: ['G', 'A', 'TARGETARCH', 'A'],
      run: 4,
    },
    { index: 1, line: 6, used: false, from: 'scratch', declaredArgs: ['Z'] },
    { index: 2, name: 'last', writtenName: 'last', line: 8, used: true, from: 0, declaredArgs: ['O'] },
  ]);
  expect(dockerfile.target).toBe(2);
  expect(dockerfile.writesContext).toBe(true);
});

test('RUN and mounts of stages that are not used do not count', () => {
  const dockerfile = read(L('FROM a', 'RUN --mount=type=bind,rw,target=/x y', 'FROM b', 'COPY a b'));
  expect(dockerfile.stages.some(({ run, used }) => used && run !== undefined)).toBe(false);
  expect(dockerfile.writesContext).toBe(false);
});

test('a large Dockerfile is read in time that grows with its size', () => {
  const lines = Array.from(
    { length: 20_000 },
    (_, index) => `ARG A${index}=$A${index - 1}\nCOPY --from=s${index} \\\n a b`,
  );
  const started = performance.now();
  expect(read(L('FROM a', ...lines)).uses).toHaveLength(20_001);
  expect(performance.now() - started).toBeLessThan(30_000);
});
