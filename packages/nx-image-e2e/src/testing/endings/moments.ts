import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../traces';
import type { Arrival } from './gate';
import type { Held } from './holding-proxy';
import { FIRST, SECOND, type EndingStage } from './stage';

/** Where a run is held: hephy asks whether it was built before; the builder pulls a base; a RUN runs; the builder pushes; the index is pushed; the second tag is written. */
export type Moment = 'start' | 'pull' | 'mid-build' | 'push' | 'index' | 'tags';

export interface Reached {
  readonly moment: Moment;
  readonly held?: Held;
  readonly arrival?: Arrival;
}

/** Has the next run stop there; resolves when it has. To be called before the run. */
export async function reach(stage: EndingStage, moment: Moment): Promise<Reached> {
  const { proxy, gate } = stage;
  const hold = async (method: string, resource: RegExp, ours?: boolean): Promise<Reached> => {
    const held = await proxy.hold(
      (asked) =>
        asked.method === method && resource.test(asked.resource) && (ours === undefined || asked.ours === ours),
    );
    return { moment, held };
  };
  switch (moment) {
    case 'start':
      return hold('GET', /^manifests\/in-/, true);
    case 'pull':
      return hold('GET', /^(?:manifests|blobs)\/sha256:/, false);
    case 'mid-build': {
      const first = firstIsBuilt(stage);
      const arrival = await gate.hold(new RegExp(`^${SECOND}$`));
      await first();
      return { moment, arrival };
    }
    case 'push': {
      const first = firstIsBuilt(stage);
      const reached = await hold('PUT', new RegExp(`^manifests/push-.*-${SECOND}$`));
      await first();
      return reached;
    }
    case 'index':
      return hold('PUT', /^manifests\/sha256:/);
    case 'tags':
      return hold('PUT', /^manifests\/app-latest$/);
  }
}

/** What is not held has left its result. */
function firstIsBuilt(stage: EndingStage): () => Promise<void> {
  const file = join(stage.workspace.root, `dist/images/app/build-${FIRST}.json`);
  const before = readFileSync(file, 'utf8');
  return () => until(`${FIRST} built`, () => readFileSync(file, 'utf8') !== before, 120);
}
