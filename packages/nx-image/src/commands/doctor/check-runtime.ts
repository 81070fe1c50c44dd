import { considerRuntimes } from '../../tools/choose-runtime';
import { findBuildah } from '../../tools/find-tool';
import { readRuntimeWish, type Considered } from '../../tools/runtime';
import type { Check, Found } from './check';
import { wantedBuilders } from './wanted-builders';

const MEND = `As root with the Kaniko executor: apt-get install bubblewrap. Else start a container engine that this user may use: docker, or podman.
Or write build_backend: buildah into the build-config.yaml of the images.`;

/** Which runtime would be taken for Kaniko, and why no other. */
export const checkRuntime: Check = {
  name: 'runtime',
  find: async (surroundings) => {
    if (!wantedBuilders(surroundings).includes('kaniko')) return { verdict: 'ok', what: 'buildah needs none' };
    const { env, options, runProcess, uid, facts, signal } = surroundings;
    const search = {
      wanted: 'kaniko',
      local: facts.local,
      env,
      uid,
      runProcess,
      signal,
      ...(options.kaniko === undefined ? {} : { kaniko: options.kaniko }),
      ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
      ...(options.kanikoImage === undefined ? {} : { kanikoImage: options.kanikoImage }),
    } as const;
    const { runtime: wish, askedBy } = readRuntimeWish(env, search);
    const considered = await considerRuntimes(search);
    const details = considered.map(({ runtime, usable, why }) => `${runtime}: ${usable === true ? '' : 'no, '}${why}`);
    if (wish !== 'auto') return asked(considered, wish, askedBy ?? '', details);
    // It deletes the root that it is in: taken only where it is asked for.
    const taken = considered.find(({ runtime, usable }) => usable === true && runtime !== 'direct');
    if (taken !== undefined) return { verdict: 'ok', what: `${taken.runtime} would be taken`, details };
    const buildah = facts.local ? await findBuildah({ env }) : undefined;
    if (buildah !== undefined) {
      const what = 'none for Kaniko: buildah would build instead, as it goes to the local registry only';
      return { verdict: 'warning', what, details, mend: MEND };
    }
    return {
      verdict: 'failed',
      what: 'there is none for Kaniko here',
      details,
      mend: MEND,
      code: 'RUNTIME_UNAVAILABLE',
    };
  },
};

function asked(considered: readonly Considered[], wish: string, askedBy: string, details: readonly string[]): Found {
  const found = considered.find(({ runtime }) => runtime === wish);
  if (found?.usable === true) return { verdict: 'ok', what: `${wish}, as ${askedBy} asks for it`, details };
  return {
    verdict: 'failed',
    what: `${askedBy} asks for ${wish}, which cannot be used: ${found?.why ?? 'it is not known'}`,
    details,
    mend: `Mend that, or let hephy choose: \`auto\`.\n${MEND}`,
    code: 'RUNTIME_UNAVAILABLE',
  };
}
