import * as fc from 'fast-check';
import { findOwnImages } from './find-own-images';
import { readWithErrors } from './read-dockerfile';

const GRAPH = { path: 'Dockerfile', args: new Map<string, string>(), builder: 'kaniko' } as const;

afterEach(() => {
  jest.dontMock('./read-dockerfile');
});

test('the images of our own that used stages name, each once', () => {
  const text = [
    'ARG ECR_REGISTRY',
    'ARG BASE=minimal-base-image-latest',
    'FROM ${ECR_REGISTRY}:unused-latest AS unused',
    'FROM --platform=$BUILDPLATFORM $ECR_REGISTRY:tools-1.0 AS build',
    'FROM ${ECR_REGISTRY}:${BASE}',
    'COPY --from=build /a /a',
    'COPY --from=${ECR_REGISTRY}:tools-1.0 /b /b',
    'COPY --from=docker.io/x/y:1 /c /c',
  ].join('\n');
  expect(findOwnImages(text, GRAPH)).toEqual(['minimal-base-image-latest', 'tools-1.0'].reverse());
});

test('a base that only the build will know leaves the others', () => {
  const text =
    'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:x-${TARGETARCH} AS a\nFROM ${ECR_REGISTRY}:y-latest\nCOPY --from=a / /\n';
  expect(findOwnImages(text, GRAPH)).toEqual(['y-latest']);
});

test('a build arg that names one, unexpanded as the graph has it', () => {
  const args = new Map([['BASE', '${ECR_REGISTRY}:x-latest']]);
  expect(findOwnImages('ARG BASE=alpine\nFROM ${BASE}\n', { ...GRAPH, args })).toEqual(['x-latest']);
  expect(findOwnImages('FROM alpine\n', { ...GRAPH, args })).toEqual([]);
});

test('a tag with an arg that has no value is none', () => {
  expect(findOwnImages('ARG ECR_REGISTRY\nARG V\nFROM ${ECR_REGISTRY}:x-${V}\n', GRAPH)).toEqual([]);
  expect(findOwnImages('ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:x-${ECR_REGISTRY##*/}\n', GRAPH)).toEqual([]);
});

test.each(['', 'FROM $ECR_REGISTRY:a b c\n', 'RUN ECR_REGISTRY', 'FROM a AS b\nFROM ${ECR_REGISTRY'])(
  'none in %j',
  (text) => {
    expect(findOwnImages(text, GRAPH)).toEqual([]);
  },
);

test('nothing is loaded for a text that does not name the variable', () => {
  jest.isolateModules(() => {
    jest.doMock('./read-dockerfile', () => {
      throw new Error('loaded');
    });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a fresh copy, to see what it loads
    const fresh = require('./find-own-images') as typeof import('./find-own-images');
    expect(fresh.findOwnImages('FROM alpine\n', GRAPH)).toEqual([]);
    expect(() => fresh.findOwnImages('FROM $ECR_REGISTRY:a\n', GRAPH)).toThrow('loaded');
  });
});

describe('a Dockerfile of one stage that is FROM an image of our own', () => {
  const PLAIN = ['# a child', 'ARG ECR_REGISTRY', 'ARG V=1', 'FROM ${ECR_REGISTRY}:x-1.0 AS y', 'RUN true', ''].join(
    '\n',
  );

  it('is read without the reader', () => {
    jest.isolateModules(() => {
      jest.doMock('./read-dockerfile', () => {
        throw new Error('loaded');
      });
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a fresh copy, to see what it loads
      const fresh = require('./find-own-images') as typeof import('./find-own-images');
      expect(fresh.findOwnImages(PLAIN, GRAPH)).toEqual(['x-1.0']);
    });
  });

  it.each([
    ['another stage', PLAIN + ' from alpine\n', []],
    ['a copy', PLAIN + 'COPY --from=${ECR_REGISTRY}:z-1 /a /a\n', ['x-1.0', 'z-1']],
    ['a mount', PLAIN + 'RUN --mount=from=${ECR_REGISTRY}:z-1 true\n', ['x-1.0', 'z-1']],
    ['a trigger', PLAIN + 'ONBUILD COPY --from=z / /\n', ['x-1.0']],
    ['another value of the registry', PLAIN.replace('V=1', 'ECR_REGISTRY=example.com/x'), ['x-1.0']],
    ['an ARG that only looks so', PLAIN.replace('ARG ECR', '#RG ECR'), ['x-1.0']],
    ['a tag that is none', PLAIN.replace('x-1.0', 'x-$V'), ['x-1']],
    ['a heredoc', PLAIN + 'COPY <<E /a\nFROM b\nE\n', ['x-1.0']],
  ])('is read by the reader with %s', (_, text, own) => {
    expect(findOwnImages(text, GRAPH)).toEqual(own);
  });

  it('has none where the target is not that stage', () => {
    expect(findOwnImages(PLAIN, { ...GRAPH, target: 'z' })).toEqual([]);
  });

  it('agrees with the reader on what is put together of such lines and can be read', () => {
    const lines = [
      ...PLAIN.split('\n'),
      'ARG V',
      'FROM $ECR_REGISTRY:z-1',
      '# escape=`',
      'FROM z',
      'RUN a <<E',
      'E',
      '\\',
    ];
    let read = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 8 }), (some) => {
        const text = `${some.join('\n')}\n`;
        const long = findByReader(text);
        if (long === undefined) return;
        expect(findOwnImages(text, GRAPH)).toEqual(long);
        read += long.length;
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(20);
  });
});

/** undefined: it cannot be read. */
function findByReader(text: string): readonly string[] | undefined {
  try {
    const { stages, uses } = readWithErrors(text, GRAPH).dockerfile;
    return [...new Set(uses.flatMap(({ own, stage }) => (stages[stage]?.used === true ? (own ?? []) : [])))];
  } catch {
    return undefined;
  }
}
