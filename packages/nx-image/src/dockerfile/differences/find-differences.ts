import { findArgDifferences } from './arg-differences';
import { findClosedDifferences } from './closed-differences';
import { findConfigDifferences } from './config-differences';
import type { BuildView, Difference } from './difference';
import { findFileDifferences } from './file-differences';
import { findFlagDifferences } from './flag-differences';
import { findHeredocDifferences } from './heredoc-differences';
import { findMountDifferences } from './mount-differences';
import { findMountedDifferences } from './mounted-differences';
import { findSyntaxDifferences } from './syntax-differences';

/** Everything known that the builder makes otherwise than Docker; each is held by a case of `integration/corpus`. */
export function findDifferences(view: BuildView): readonly Difference[] {
  return [
    findSyntaxDifferences,
    findHeredocDifferences,
    findFlagDifferences,
    findMountDifferences,
    findMountedDifferences,
    findArgDifferences,
    findConfigDifferences,
    findFileDifferences,
    findClosedDifferences,
  ].flatMap((find) => find(view));
}
