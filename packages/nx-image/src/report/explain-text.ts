import { errorText } from './error-text';
import { isExplained, type ImageExplanation, type PlatformExplanation } from './explanation';
import { printableLine } from './printable';
import { reasonText } from './reason-text';
import type { ResultError } from './result';
import { styleOf, type Style } from './style';

/** What a run would do, a line a platform; at the end how many images could not be explained. */
export function explainText(images: readonly ImageExplanation[], options: { readonly color: boolean }): string {
  const style = styleOf(options.color);
  const failed = images.filter((image) => !isExplained(image)).length;
  return [
    ...images.map((image) => imageLines(image, style).join('\n')),
    ...(failed === 0
      ? []
      : [style.red(failed === 1 ? '1 image cannot be explained' : `${failed} images cannot be explained`)]),
  ].join('\n\n');
}

function imageLines({ image, platforms, error }: ImageExplanation, style: Style): readonly string[] {
  const width = Math.max(...platforms.map(({ platform }) => platform.length));
  return [
    style.bold(printableLine(image)),
    ...(error === undefined ? [] : errorLines(error, style)),
    ...platforms.flatMap((platform) => platformLines(platform, width, style)),
  ];
}

function platformLines(explained: PlatformExplanation, width: number, style: Style): readonly string[] {
  const platform = printableLine(explained.platform).padEnd(width);
  if ('error' in explained) return [`  ${platform.trimEnd()}`, ...errorLines(explained.error, style)];
  const would = `would ${explained.would}`;
  const paint = explained.would === 'build' ? style.yellow : style.green;
  return [`  ${platform}  ${paint(would)}: ${reasonText(explained.reason)}`];
}

function errorLines(error: ResultError, style: Style): readonly string[] {
  return errorText(error, { color: style.bold('x') !== 'x' })
    .split('\n')
    .map((line) => `    ${line}`);
}
