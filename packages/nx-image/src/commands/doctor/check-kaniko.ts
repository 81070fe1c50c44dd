import { checkKanikoVersion } from '../../tools/kaniko-version';
import { findKaniko } from '../../tools/find-tool';
import type { Check } from './check';
import { wantedBuilders } from './wanted-builders';

/** Kaniko as a program of this machine; where docker or podman run it, it is in their image. */
export const checkKaniko: Check = {
  name: 'kaniko',
  find: async (surroundings) => {
    const { env, options, runProcess } = surroundings;
    const tool = await findKaniko(
      { env, ...(options.kaniko === undefined ? {} : { option: options.kaniko }) },
      runProcess,
    );
    if (tool === undefined) {
      const needed = wantedBuilders(surroundings).includes('kaniko');
      return {
        verdict: 'ok',
        what: needed ? 'not on this machine as a program: a container engine has to run its image' : 'none is needed',
      };
    }
    const { version, notes } = await checkKanikoVersion(tool, runProcess);
    if (version === undefined) return { verdict: 'warning', what: notes[0] ?? `${tool.path} does not say its version` };
    return { verdict: 'ok', what: `${version} at ${tool.path}, found by ${tool.found}` };
  },
};
