import { HephyError } from '../../errors/hephy-error';
import { findBuildah } from '../../tools/find-tool';
import { readVersion } from '../../tools/read-version';
import type { Check } from './check';
import { wantedBuilders } from './wanted-builders';

export const checkBuildah: Check = {
  name: 'buildah',
  find: async (surroundings) => {
    const { env, runProcess } = surroundings;
    const needed = wantedBuilders(surroundings).includes('buildah');
    const tool = await findBuildah({ env });
    if (tool === undefined) {
      if (!needed) return { verdict: 'ok', what: 'not on this machine, and no image asks for it' };
      throw new HephyError(
        'BUILDER_MISSING',
        'buildah is not on this machine, and images have build_backend: buildah',
        {
          hint: 'Install it (Debian: apt-get install --no-install-recommends buildah), or name it by HEPHY_BUILDAH.',
        },
      );
    }
    const version = await readVersion(tool.path, ['--version'], runProcess);
    const number = /\d+\.\d+\.\d+/.exec(version ?? '')?.[0];
    if (number === undefined) {
      return {
        verdict: needed ? 'failed' : 'warning',
        what: `${tool.path} cannot be started, or is no buildah`,
        mend: 'Install it again, or take its name out of HEPHY_BUILDAH.',
      };
    }
    return {
      verdict: 'ok',
      what: `${number} at ${tool.path}, found by ${tool.found}${needed ? '' : '; no image asks for it'}`,
    };
  },
};
