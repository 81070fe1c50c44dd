import type { Dockerfile } from './dockerfile';
import { scanInstructions } from './scan-instructions';

/** The ONBUILD instructions that the image will have, as its config will: those of the stage that is built. What it was FROM has had its turn. */
export function ownOnBuild({ text, path, stages, target }: Dockerfile): readonly string[] {
  const from = stages[target]?.line ?? 0;
  const end = stages[target + 1]?.line ?? Infinity;
  if (!/^\s*ONBUILD\b/im.test(text)) return [];
  return scanInstructions(text, path).instructions.flatMap(({ keyword, line, text: whole, arguments: { start } }) =>
    keyword === 'ONBUILD' && line > from && line < end ? [whole.slice(start).trim()] : [],
  );
}
