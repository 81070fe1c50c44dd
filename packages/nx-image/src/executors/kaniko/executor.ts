import { runBatch, runSingle } from '../run-batch';

/** `prepare` and `build-<arch>`: one task, or a batch of them. */
export default runSingle;
export const batch = runBatch;
