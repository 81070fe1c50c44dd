import { TEST_BUILDERS, type TestBuilder } from '../builders';
import type { Env } from '../run';
import { KANIKO } from '../tools';
import { programOf } from './program-of';

export type RuntimeName = 'bubblewrap' | 'buildah' | 'docker' | 'podman';

/** Where and by what images are built in a column of the matrix. */
export interface EndingRuntime {
  readonly name: RuntimeName;
  readonly builder: TestBuilder;
  /** The program that builds, by its arguments as the machine has them. */
  readonly isBuilder: (argv: readonly string[]) => boolean;
  /** Whether what a RUN starts in a session of its own ends with it. The stand-in has no namespace of processes. */
  readonly endsSessions: boolean;
  readonly open: () => Promise<OpenRuntime>;
}

export interface OpenRuntime {
  readonly env: Env;
  /** Those of ours that are there. */
  readonly containers: () => readonly string[];
  readonly close: () => Promise<void>;
}

const NOTHING = { containers: () => [], close: () => Promise.resolve() };

function builderOf(name: TestBuilder['name']): TestBuilder {
  const found = TEST_BUILDERS.find((builder) => builder.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const isKaniko = (argv: readonly string[]): boolean => /(?:\/executor|kaniko-executor\.mjs)$/.test(programOf(argv));

export const BUBBLEWRAP: EndingRuntime = {
  name: 'bubblewrap',
  builder: builderOf('kaniko'),
  isBuilder: isKaniko,
  endsSessions: KANIKO !== undefined,
  open: () => Promise.resolve({ ...NOTHING, env: { HEPHY_RUNTIME: 'bubblewrap' } }),
};

export const BUILDAH: EndingRuntime = {
  name: 'buildah',
  builder: builderOf('buildah'),
  isBuilder: (argv) => /(?:^|\/)buildah$/.test(programOf(argv)),
  endsSessions: true,
  open: () => Promise.resolve({ ...NOTHING, env: {} }),
};
