import { findOwnImages } from './find-own-images';

const GRAPH = { path: 'Dockerfile', args: new Map<string, string>(), builder: 'kaniko' } as const;

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
