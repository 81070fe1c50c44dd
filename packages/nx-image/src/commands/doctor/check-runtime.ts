import { HephyError } from '../../errors/hephy-error';
import { parseReference } from '../../oci/reference';
import type { RegistryClient } from '../../registry/registry';
import { builderSearch } from '../../run/find-builder';
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
    const { env, uid, facts, client } = surroundings;
    const input = { ...surroundings, local: facts.local, onEvent: () => undefined };
    const search = { ...builderSearch(input, 'kaniko'), uid };
    const { runtime: wish, askedBy } = readRuntimeWish(env, search);
    const considered = await Promise.all((await considerRuntimes(search)).map((one) => withPull(one, client)));
    const details = considered.map(({ runtime, usable, why }) => `${usable === true ? '' : 'not '}${runtime}: ${why}`);
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

/** An image that cannot be pulled is no runtime. Engines pull for themselves, by logins and mirrors of their own: it is asked whether its registry has it. */
async function withPull(considered: Considered, client: RegistryClient): Promise<Considered> {
  const image = parseReference(considered.pulls ?? '');
  if (considered.usable !== true || image === undefined) return considered;
  const why = await client.headManifest(image).then(
    (digest) => (digest === undefined ? 'which is not in its registry' : undefined),
    (error: unknown) => (error instanceof HephyError ? `which cannot be asked for: ${error.message}` : undefined),
  );
  return why === undefined ? considered : { ...considered, usable: false, why: `${considered.why}, ${why}` };
}

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
