import type { Dockerfile, ImageUse, Range } from './dockerfile';
import type { Download } from './find-downloads';

/**
 * The Dockerfile as a builder gets it: each image of a used stage replaced in place by what `pinned` answers, `--platform=…` of pinned
 * FROMs left out, aliases of stages and `rewrites` spelled out; of each download for which `downloaded` answers an image, a COPY from there. Every other byte, and every line's
 * number, stays as it is.
 */
export function pinDockerfile(
  dockerfile: Dockerfile,
  pinned: (use: ImageUse) => string | undefined,
  downloaded: (download: Download) => string | undefined = () => undefined,
): string {
  const { text, stages, uses, aliases, rewrites } = dockerfile;
  const edits: { range: Range; replacement: string }[] = aliases.map(({ range, name }) => ({
    range,
    replacement: name,
  }));
  edits.push(...rewrites.map(({ range, text: replacement }) => ({ range, replacement })));
  for (const use of uses) {
    if (stages[use.stage]?.used !== true) continue;
    const replacement = pinned(use);
    if (replacement === undefined) continue;
    edits.push({ range: use.range, replacement });
    if (use.platformFlag !== undefined) edits.push({ range: withSpaceBehind(text, use.platformFlag), replacement: '' });
  }
  for (const download of dockerfile.downloads) {
    const image = downloaded(download);
    if (image === undefined) continue;
    edits.push(
      { range: download.ranges.keyword, replacement: 'COPY' },
      { range: download.ranges.flag, replacement: `--from=${image}` },
      { range: download.ranges.source, replacement: `/${download.name}` },
    );
  }
  edits.sort((a, b) => a.range.start - b.range.start);
  const parts: string[] = [];
  let at = 0;
  for (const { range, replacement } of edits) {
    parts.push(text.slice(at, range.start), lineBreaksIn(text.slice(range.start, range.end)), replacement);
    at = range.end;
  }
  return parts.join('') + text.slice(at);
}

function withSpaceBehind(text: string, { start, end }: Range): Range {
  const space = /[ \t]*/y;
  space.lastIndex = end;
  return { start, end: end + (space.exec(text)?.[0].length ?? 0) };
}

/** A name may be broken over lines by continuations: as many are kept, before the new name, for the next line is perhaps none of its. */
function lineBreaksIn(slice: string): string {
  const [first, ...more] = slice.split('\n');
  if (first === undefined || more.length === 0) return '';
  const carriage = first.endsWith('\r') ? '\r' : '';
  const escape = first.trimEnd().slice(-1);
  return `${escape}${carriage}\n`.repeat(more.length);
}
