import { explainText } from './explain-text';
import type { ImageExplanation } from './explanation';

const IMAGES: readonly ImageExplanation[] = [
  {
    image: 'web',
    root: 'projects/web',
    platforms: [
      { platform: 'linux/amd64', would: 'reuse', reason: { kind: 'reuse', since: 'web-20261120-1a2b3c4' } },
      {
        platform: 'linux/arm/v7',
        would: 'build',
        reason: { kind: 'changed', changes: [{ kind: 'arg', how: 'changed', name: 'FOO\u001b[31m\n' }] },
      },
      { platform: 'linux/arm64', error: { code: 'BASE_PLATFORM_MISSING', message: 'no arm64', output: [] } },
    ],
  },
  {
    image: 'api',
    root: 'projects/api',
    platforms: [],
    error: { code: 'REGISTRY_UNREACHABLE', message: 'it is silent', hint: 'Wake it.', output: [] },
  },
];

test('a line a platform, errors where they are, and how many at the end', () => {
  expect(explainText(IMAGES, { color: false })).toBe(
    [
      'web',
      '  linux/amd64   would reuse: since web-20261120-1a2b3c4',
      '  linux/arm/v7  would build: build arg FOO changed',
      '  linux/arm64',
      '    BASE_PLATFORM_MISSING no arm64',
      '',
      'api',
      '    REGISTRY_UNREACHABLE it is silent',
      '      Wake it.',
      '',
      '2 images cannot be explained',
    ].join('\n'),
  );
});

test('colours are where they are wanted', () => {
  expect(explainText(IMAGES.slice(0, 1), { color: true })).toContain('\u001b[32mwould reuse\u001b[39m: since');
});
