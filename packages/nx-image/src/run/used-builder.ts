import type { BuildResult } from '../report/result';
import type { ChosenBuilder } from '../tools/choose-builder';

/** What built it, and where: the engine's name where it was a container. */
export function usedBuilder({ builder, version, runtime }: ChosenBuilder): NonNullable<BuildResult['builder']> {
  return {
    name: builder.name,
    ...(version === undefined ? {} : { version }),
    ...(runtime === undefined ? {} : { runtime: runtime.kind === 'container' ? runtime.engine.name : runtime.kind }),
  };
}
