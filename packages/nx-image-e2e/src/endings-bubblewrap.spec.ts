import { describeEndings } from './testing/endings/describe-endings';
import { BUBBLEWRAP } from './testing/endings/runtimes';

BUBBLEWRAP.builder.describe(`endings of ${BUBBLEWRAP.builder.title} in bubblewrap`, () => {
  describeEndings(BUBBLEWRAP);
});
