import { HephyError } from '../errors/hephy-error';
import { L, readGiven as read, type Given } from '../../testing/given-dockerfile';

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
