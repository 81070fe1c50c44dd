import { pipelineText, type PipelineText } from './pipeline-text';

const [AMD64, ARM64] = ['amd64', 'arm64'].map((architecture) => ({
  platform: { os: 'linux', architecture },
  builder: 'kaniko',
})) as [PipelineText['images'][number]['builds'][number], PipelineText['images'][number]['builds'][number]];
const NOTHING = { manual: false, parents: [], builds: [], failed: undefined };

test('a line an image, errors, and the numbers last', () => {
  const text = pipelineText(
    {
      why: '1234abcd, which main was before this push',
      images: [
        { ...NOTHING, image: 'base', builds: [AMD64, ARM64] },
        { ...NOTHING, image: 'web', parents: ['base'], builds: [AMD64], manual: true },
        { ...NOTHING, image: 'tags' },
        {
          ...NOTHING,
          image: 'bad',
          failed: { code: 'DOCKERFILE_MISSING', message: 'there is no Dockerfile', hint: 'Add it.', output: [] },
        },
      ],
      ...{ upToDate: 3, broken: 2, byHand: 1 },
      notes: ['a note\u001b[31m'],
      written: { file: 'pipeline.yml', jobs: 5, bytes: 20_000 },
    },
    { color: false },
  );
  expect(text.split('\n')).toEqual([
    'Base: 1234abcd, which main was before this push',
    '  base  builds linux/amd64, linux/arm64 (kaniko)',
    '  web   builds linux/amd64 (kaniko), after base, when somebody starts it',
    '  tags  publishes what the registry has',
    '  bad   fails: DOCKERFILE_MISSING',
    'note: a note',
    'bad: DOCKERFILE_MISSING there is no Dockerfile',
    '  Add it.',
    expect.stringMatching(
      /^2 images to build \(3 platforms\), 1 to publish, 1 that cannot be built, 2 untouched that cannot be built, 1 built by hand that the registry does not have, 3 up to date: 5 jobs, .* in pipeline\.yml\.$/,
    ),
  ]);
});

test.each([
  [[], 0, 'no image changed', '0 images to build (0 platforms), no image changed.'],
  [[], 2, 'some are', '0 images to build (0 platforms), 2 up to date.'],
  [[{ ...NOTHING, image: 'a', builds: [AMD64] }], 0, 'one is', '1 image to build (1 platform), 0 up to date.'],
])('counts %j and %i up to date: %s', (images, upToDate, _, expected) => {
  const plan = { why: 'x', images, upToDate, broken: 0, byHand: 0, notes: [], written: undefined };
  expect(pipelineText(plan, { color: false }).split('\n').at(-1)).toBe(expected);
});
