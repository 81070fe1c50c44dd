import { HephyError } from '../errors/hephy-error';
import { parsePlatform } from '../oci/platform';
import type { Dockerfile, ReadOptions } from './dockerfile';
import { readDockerfile } from './read-dockerfile';

const REGISTRY = 'registry.example/team/images';

interface Given {
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: string | null;
  readonly builder?: ReadOptions['builder'];
}

function read(text: string, { args, target, platform = 'linux/arm64', builder = 'kaniko' }: Given = {}): Dockerfile {
  const parsed = platform === null ? undefined : parsePlatform(platform);
  return readDockerfile(text, {
    path: 'projects/x/Dockerfile',
    args: new Map(Object.entries({ ECR_REGISTRY: REGISTRY, ...args })),
    ...(target === undefined ? {} : { target }),
    ...(parsed === undefined ? {} : { platform: parsed }),
    builder,
  });
}

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

const L = (...lines: string[]): string => `${lines.join('\n')}\n`;

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
function errorsOf(text: string, given?: Given): readonly string[] {
  try {
    read(text, given);
  } catch (error) {
    const errors = error instanceof HephyError ? [error] : (error as { errors: HephyError[] }).errors;
    expect(errors.map(({ hint }) => hint)).not.toContain(undefined);
    return errors.map(
      ({ where, code, message }) => `${where?.line ?? '-'} ${code.replace('DOCKERFILE_', '')}: ${message}`,
    );
  }
  return [];
}

const ERRORS: readonly (readonly [string, string, readonly string[], Given?])[] = [
  ['an empty file', '', ['- INVALID: the Dockerfile has no FROM']],
  ['comments alone', '# FROM a\n', ['- INVALID: the Dockerfile has no FROM']],
  ['an instruction before FROM', 'ARG a\nRUN x\nFROM a\n', ['2 INVALID: RUN stands before the first FROM']],
  ['a misspelt instruction', 'FROM a\nCOPPY a b\n', ['2 INVALID: "COPPY" is no instruction']],
  ['a lost continuation', 'FROM a\nRUN a &&\n  b\n', ['3 INVALID: "B" is no instruction']],
  ['FROM with two words', '\nFROM a b\n', ['2 INVALID: FROM has neither one word nor three']],
  ['FROM with a wrong word', 'FROM a IS b\n', ['1 INVALID: FROM has neither one word nor three']],
  ['a stage named by a variable', 'FROM a AS $X\n', ['1 INVALID: "$X" is no name of a stage']],
  ['a stage named by a number', 'FROM a AS 0\n', ['1 INVALID: "0" is no name of a stage']],
  ['an unknown flag', 'FROM --plattform=x a\n', ['1 INVALID: FROM has a flag too many, --plattform=x']],
  ['an open here-document', 'FROM a\nRUN <<EOF\nFROM b\n', ['2 INVALID: the here-document EOF does not end']],
  ['a wrong escape', '# escape=x\nFROM a\n', ['1 INVALID: the escape character is neither \\ nor `']],
  ['a directive twice', '# syntax=a\n# syntax=b\nFROM a\n', ['2 INVALID: the directive syntax stands here twice']],
  ['an arg without a value', 'ARG V\nFROM \\\n alpine:$V\n', ['3 INVALID: alpine:$V uses V, which has no value']],
  ['an arg that is nowhere', 'FROM alpine:$V\n', ['1 INVALID: alpine:$V uses V, which has no value']],
  ['an arg of an arg without a value', 'ARG V\nARG B=a:$V\nFROM $B\n', ['3 INVALID: $B uses V, which has no value']],
  [
    'an undeclared arg, as Docker has it',
    'FROM alpine:$V\n',
    ['1 INVALID: alpine:$V uses V, which has no value'],
    { args: { V: '1' }, builder: 'buildah' },
  ],
  [
    'our registry undeclared, as Docker has it',
    'FROM $ECR_REGISTRY:a-1\n',
    ['1 INVALID: $ECR_REGISTRY:a-1 uses ECR_REGISTRY, which has no value'],
    { builder: 'buildah' },
  ],
  [
    'several',
    'FROM A AS x\nFROM b:$V\nCOPY --from=x /a /a\nCOPY --from=B /a /a\n',
    [
      '1 INVALID: "A" is no reference of an image',
      '2 INVALID: b:$V uses V, which has no value',
      '4 INVALID: "B" is no reference of an image',
    ],
  ],
  [
    'a name that expands to nothing',
    'ARG V=\nFROM $V\n',
    ['2 INVALID: $V expands to "", which is no reference of an image'],
  ],
  [
    'a bad substitution',
    'FROM ${V\n',
    ['1 INVALID: ${V cannot be expanded: ${V…} has a modifier that Docker does not know'],
  ],
  ['${V?} unset', 'FROM ${V:?say}\n', ['1 INVALID: ${V:?say} cannot be expanded: V has no value: say']],
  [
    'a bad default',
    'ARG V=${x\nFROM a\n',
    ['1 INVALID: the default of ARG cannot be expanded: ${x…} has a modifier that Docker does not know'],
  ],
  [
    'a wrong platform',
    'FROM --platform=linux/amd46 a\n',
    ['1 INVALID: --platform=linux/amd46 is no platform that can be built'],
  ],
  ['a platform without a value', 'FROM --platform=$P a\n', ['1 INVALID: --platform=$P uses P, which has no value']],
  [
    'a base chosen by the machine',
    'FROM a-$BUILDARCH\n',
    ['1 INVALID: a-$BUILDARCH depends on the machine that builds'],
  ],
  [
    'a missing target',
    'FROM a AS build\nFROM b AS final\n',
    ['- TARGET_MISSING: no stage is named "biuld"'],
    { target: 'biuld' },
  ],
  ['a target by number', 'FROM a AS build\nFROM b\n', ['- TARGET_MISSING: no stage is named "0"'], { target: '0' }],
  ['a line that no builder reads', `FROM a\nRUN ${'x'.repeat(70_000)}\n`, ['2 INVALID: a line is longer than 64 KiB']],
  [
    'args that grow without end',
    `ARG A0=${'x'.repeat(99)}\n${Array.from({ length: 40 }, (_, i) => `ARG A${i + 1}=$A${i}$A${i}`).join('\n')}\nFROM $A40\n`,
    ['11 INVALID: the default of ARG cannot be expanded: it expands to more than 64 KiB'],
  ],
  [
    'alternatives nested without end',
    `FROM ${'${A:-'.repeat(9000)}${'}'.repeat(9000)}\n`,
    [`1 INVALID: ${'${A:-'.repeat(9000)}${'}'.repeat(9000)} cannot be expanded: its variables nest too deeply`],
  ],
  [
    'marks of our own',
    'FROM \ue000:a-latest\n',
    ['1 INVALID: \ue000:a-latest cannot be expanded: it holds characters that no name has'],
  ],
];

test.each(ERRORS.map(([title, text, errors, given]) => ({ title, text, errors, given })))(
  'wrong: $title',
  ({ text, errors, given }) => {
    expect(errorsOf(text, given)).toEqual(errors);
  },
);

const REFUSALS: readonly (readonly [string, string, readonly string[], Given?])[] = [
  [
    'Kaniko skips mounts from stages',
    L('FROM a AS x', 'FROM b', 'RUN --mount=type=bind,from=x,target=/y z'),
    ['3:28 Kaniko skips RUN --mount=from=x'],
  ],
  ['… and from images', L('FROM b', 'RUN \\', '  --mount=from=x z'), ['3:16 Kaniko skips RUN --mount=from=x']],
  ['… in used stages alone', L('FROM b', 'RUN --mount=from=x z', 'FROM c'), []],
  ['buildah does not', L('FROM b', 'RUN --mount=from=x z'), [], { builder: 'buildah' }],
  [
    'a sum that is none',
    L('FROM b', 'ADD --checksum=sha256:0 http://x/y /y'),
    ['2:5 ADD --checksum is given sha256:0, which is no sha256 sum: nobody would verify the sum'],
  ],
  [
    'buildah reads no here-documents',
    L('FROM a', 'RUN <<E', 'E', 'FROM b'),
    ['2:1 buildah before 1.33 takes the lines of a here-document for instructions'],
    { builder: 'buildah' },
  ],
  ['Kaniko does', L('FROM a', 'RUN <<E', 'E'), []],
  [
    'a variable in COPY --from',
    L('ARG X=a', 'FROM b', 'COPY --from=$X / /'),
    ['3:13 COPY --from=$X holds a variable, which builders do not expand there'],
  ],
  [
    'a later stage',
    L('FROM a', 'COPY --from=b /a /a', 'FROM c AS b', 'FROM d', 'COPY --from=0 /a /a'),
    ['2:13 COPY --from=b names a later stage, which is not built by then'],
  ],
  [
    'its own stage',
    L('FROM a AS x', 'COPY --from=x /a /a'),
    ['2:13 COPY --from=x names its own stage, which is not built by then'],
  ],
  [
    'a stage that is not there',
    L('FROM a', 'COPY --from=3 /a /a'),
    ['2:13 COPY --from=3 names a stage that is not there'],
  ],
  [
    'two stages of one name',
    L('FROM a AS x', 'FROM x AS X', 'FROM x'),
    ['2:6 another stage is named X too, and builders differ in which one they take'],
  ],
  [
    'a name with escapes inside',
    L('FROM a', 'COPY --from=b\\:1 / /'),
    ['2:13 COPY --from=b:1 is written with quotes or escapes inside'],
  ],
];

test.each(REFUSALS.map(([title, text, refusals, given]) => ({ title, text, refusals, given })))(
  'refused: $title',
  ({ text, refusals, given }) => {
    expect(read(text, given).refusals.map(({ line, column, what }) => `${line}:${column} ${what}`)).toEqual(refusals);
  },
);

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
  expect(performance.now() - started).toBeLessThan(5000);
});
