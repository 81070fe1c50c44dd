import { EVERY_CASE } from '../../../../nx-image/testing/every-case';
import { ENDINGS, type Ending } from './endings';
import type { Moment } from './moments';
import type { RuntimeName } from './runtimes';

export interface EndingCase {
  readonly ending: Ending;
  readonly moment: Moment;
}

/** Where an engine has a part. */
const OF_ENGINES: readonly Moment[] = ['pull', 'mid-build', 'push'];

const engineTakes = ({ ending: { title }, moment }: EndingCase): boolean =>
  OF_ENGINES.includes(moment) && !/without batches|manifest-tool|disk/.test(title);

/** What a runtime has no part in, others show. */
const TAKES: Readonly<Record<RuntimeName, (one: EndingCase) => boolean>> = {
  bubblewrap: () => true,
  buildah: ({ ending: { title } }) => !/without batches|manifest-tool/.test(title),
  docker: engineTakes,
  podman: engineTakes,
};
/** Neighbours take turns. */
const TURNS: Readonly<Record<RuntimeName, number>> = { bubblewrap: 0, buildah: 1, docker: 0, podman: 1 };

/** The whole column of a runtime. */
export function allCases(runtime: RuntimeName): readonly EndingCase[] {
  return ENDINGS.flatMap((ending) => ending.moments.map((moment) => ({ ending, moment }))).filter(TAKES[runtime]);
}

/**
 * Of each ending that it takes one moment in an engine, the other engine's another; elsewhere every other moment, those between are buildah's or bubblewrap's. So every ending is there at every of its moments,
 * every runtime with each of its endings and at each of its moments.
 */
export function fewerCases(runtime: RuntimeName): readonly EndingCase[] {
  const all = allCases(runtime);
  return ENDINGS.flatMap((ending, row) => {
    const cases = all.filter((one) => one.ending === ending);
    const turn = row + TURNS[runtime];
    if (runtime === 'docker' || runtime === 'podman') return cases.slice(turn % cases.length).slice(0, 1);
    const isAlone = cases.length === 1 || allCases('buildah').every((one) => one.ending !== ending);
    return cases.filter((_, column) => isAlone || (turn + column) % 2 === 0);
  });
}

export const casesOf = EVERY_CASE ? allCases : fewerCases;
