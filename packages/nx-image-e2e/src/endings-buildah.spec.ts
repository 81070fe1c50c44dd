import { describeEndings } from './testing/endings/describe-endings';
import { BUILDAH } from './testing/endings/runtimes';

/** File systems of a test's own need root. */
(process.getuid?.() === 0 ? describe : describe.skip)('endings of buildah', () => {
  describeEndings(BUILDAH);
});
