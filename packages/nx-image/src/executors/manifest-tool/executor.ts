import { runBatch, runSingle } from '../run-batch';

/** `manifest`: one task, or a batch of them. */
export default runSingle;
export const batch = runBatch;
