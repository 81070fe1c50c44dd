import { findManifestTool } from '../../tools/find-tool';
import { readVersion } from '../../tools/read-version';
import type { Check } from './check';

export const checkManifestTool: Check = {
  name: 'manifest-tool',
  find: async ({ env, options, runProcess }) => {
    const { manifestTool } = options;
    const tool = await findManifestTool({ env, ...(manifestTool === undefined ? {} : { option: manifestTool }) });
    if (tool === undefined)
      return { verdict: 'ok', what: 'not on this machine: hephy itself publishes the same bytes' };
    const version = /\d+\.\d+\.\d+/.exec((await readVersion(tool.path, ['--version'], runProcess)) ?? '')?.[0];
    if (version === undefined) {
      return {
        verdict: 'failed',
        what: `${tool.path} cannot be started, or is no manifest-tool`,
        mend: 'Install it again; without one hephy publishes by itself.',
      };
    }
    return { verdict: 'ok', what: `${version} at ${tool.path}, found by ${tool.found}` };
  },
};
