import type { Image } from '../../config/build-config';
import { findRuns } from '../../dockerfile/stage-runs';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { planEmulation } from '../../plan/plan-emulation';
import { readFor } from '../../run/read-for-platform';
import { readLocalDockerfile } from '../../run/read-local-dockerfile';
import { findEmulation } from '../../tools/emulation';
import { emulationHint } from '../../tools/emulation-hint';
import type { Check } from './check';
import type { Surroundings } from './surroundings';

/** For each foreign architecture the first RUN that would start its programs. What bases have in ONBUILD only a run knows. */
export const checkEmulation: Check = {
  name: 'emulation',
  find: async (surroundings) => {
    const { architecture: machine, emulation, images } = surroundings;
    const needed = new Map<string, string>();
    const unread: string[] = [];
    for (const image of images) readRuns(surroundings, image, needed, unread);
    const details = unread.length === 0 ? [] : [`not looked at: ${unread.join(', ')}`];
    const found = await Promise.all(
      [...needed].map(async ([architecture, where]) => ({
        architecture,
        where,
        kind: await findEmulation(architecture, machine, emulation),
      })),
    );
    const missing = found.filter(({ kind }) => kind === 'missing');
    const [first] = missing;
    if (first !== undefined) {
      return {
        verdict: 'failed',
        what: `this ${machine} machine does not run programs for ${missing.map((one) => one.architecture).join(', ')}`,
        details: [...missing.map((one) => `${one.where} has a RUN for ${one.architecture}`), ...details],
        mend: emulationHint(first.architecture),
        code: 'EMULATION_MISSING',
      };
    }
    const unknown = found.filter(({ kind }) => kind === 'unknown').map(({ architecture }) => architecture);
    if (unknown.length > 0) {
      return { verdict: 'not known', what: `nothing says whether this machine runs ${unknown.join(', ')}`, details };
    }
    const names = [...needed.keys()].join(', ');
    const what =
      names === '' ? 'no RUN is for another architecture than this machine’s' : `programs for ${names} run here`;
    return { verdict: 'ok', what, details };
  },
};

function readRuns(surroundings: Surroundings, image: Image, needed: Map<string, string>, unread: string[]): void {
  if (image.config.dockerfileFrom !== 'local') {
    unread.push(`${image.name} (its Dockerfile is its upstream’s)`);
    return;
  }
  const path = `${image.root}/${image.config.dockerfilePath}`;
  try {
    const text = readLocalDockerfile(surroundings.workspaceRoot, image);
    for (const platform of image.config.platforms) {
      const dockerfile = readFor(surroundings.facts, image, { path, text }, platform);
      for (const { line, architecture } of planEmulation(findRuns(dockerfile), platform, surroundings)) {
        if (!needed.has(architecture)) needed.set(architecture, `${path}:${line}`);
      }
    }
  } catch (error) {
    if (!(error instanceof HephyError || error instanceof HephyErrors)) throw error;
    unread.push(`${image.name} (${error.message.split('\n')[0] ?? ''})`);
  }
}
