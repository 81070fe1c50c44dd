import { startDocker, startPodman, type TestEngine } from '../../../../nx-image/testing/engines';
import { importKanikoImage } from '../../../../nx-image/testing/kaniko-image';
import { KANIKO } from '../tools';
import { BUBBLEWRAP, type EndingRuntime } from './runtimes';

/** Kaniko in a container of an engine that is started for it. */
function engineRuntime(name: TestEngine['name'], startEngine: () => Promise<TestEngine | undefined>): EndingRuntime {
  return {
    ...BUBBLEWRAP,
    name,
    open: async () => {
      const engine = await startEngine();
      if (engine === undefined || KANIKO === undefined) throw new Error(`${name} does not start`);
      const image = importKanikoImage(engine, { executor: { path: KANIKO } });
      return {
        env: { ...engine.env, HEPHY_RUNTIME: name, HEPHY_KANIKO_IMAGE: image },
        containers: () => engine.containers(),
        close: () => engine.stop(),
      };
    },
  };
}

export const DOCKER = engineRuntime('docker', startDocker);
export const PODMAN = engineRuntime('podman', () => Promise.resolve(startPodman()));
