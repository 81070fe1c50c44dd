/** Of the workspace's root: where jobs of a pipeline keep what is theirs, credentials too. No context has it, and no checkout is changed by what lies there untracked. */
export const JOB_DIRECTORY = '.hephy';
