import type { BuilderName, Image } from '../config/build-config';
import type { Digest } from '../oci/digest';
import type { OpenTree } from '../plan/file-tree';
import { withoutOldLayers } from '../plan/layer-cache';
import type { BuildResult } from '../report/result';
import { buildAndPush } from './build-and-push';
import { checkBeforeBuild } from './checks/before-build';
import { copyDownloads } from './copy-downloads';
import { isPushed } from './not-published';
import type { CompletePlan } from './plan-build';
import { requireFree } from './replace-tag';
import type { Prepared } from './require-results';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';
import { usedBuilder } from './used-builder';

/** Where a platform comes from that the registry does not have: a builder is run, or a job of the pipeline has run it. */
export interface PlatformSource {
  /** Asked only then: who builds it is one of its inputs. */
  readonly choose: (wanted: BuilderName) => Promise<ChosenSource>;
  /** Files of the context, to say why it is built. Without it they are listed. */
  readonly files?: (prepared: Prepared) => OpenTree | undefined;
}

export interface ChosenSource {
  readonly builder: BuilderName;
  /** Lines that are no errors. */
  readonly notes: readonly string[];
  /** Answers what the builder says it pushed. @throws HephyError of its outcome */
  readonly make: (wanted: PlatformToMake, watch: Stopwatch) => Promise<MadePlatform>;
}

export interface PlatformToMake {
  readonly image: Image;
  readonly plan: CompletePlan;
  /** `--rebuild`: no layer of the cache is taken. */
  readonly rebuilds: boolean;
  /** Whether the registry may have an image of these inputs, which is to be replaced. */
  readonly replaces: boolean;
}

export interface MadePlatform {
  /** undefined: it was built and pushed nowhere, as the pipeline only builds. */
  readonly digest: Digest | undefined;
  readonly builder: NonNullable<BuildResult['builder']>;
  readonly notes: readonly string[];
}

/** A builder of this machine. */
export function builderHere(context: RunContext): PlatformSource {
  return {
    choose: async (wanted) => {
      const choice = await context.chooseBuilder(wanted);
      return {
        builder: choice.builder.name,
        notes: choice.notes,
        make: async ({ image, plan, rebuilds, replaces }, watch) => {
          const pushes = isPushed(context);
          if (replaces && pushes) await watch.time('registry', () => requireFree(context, plan.inputKey));
          const notes = await watch.time('check', () => checkBeforeBuild(context, plan, choice));
          const pinnedDockerfile = await watch.time('context', () => copyDownloads(context, plan));
          const step = { ...(rebuilds ? withoutOldLayers(plan.step) : plan.step), push: pushes };
          const digest = await buildAndPush(context, image, { ...plan, step, pinnedDockerfile }, choice, watch);
          return { digest, builder: usedBuilder(choice), notes };
        },
      };
    },
  };
}
