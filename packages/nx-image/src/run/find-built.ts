import type { BuilderName, Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { Platform } from '../oci/platform';
import type { RawManifest } from '../registry/registry';
import { renewedTag } from '../plan/tags';
import { otherBuilder } from '../tools/presume-builder';
import { findByInputs, notAnImage } from './find-by-inputs';
import { isToBuild } from './handed/to-build';
import { isOvertaken } from './later-run';
import { planBuild, withBuilder, type CompletePlan } from './plan-build';
import type { Prepared } from './require-results';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';

/** What stands in the registry for a platform's inputs. */
export interface Sought {
  readonly plan: CompletePlan;
  /** undefined: nothing; it is to be built. */
  readonly found: RawManifest | undefined;
}

/** A platform of an image, whose inputs depend on who would build it. */
export class BuiltFinder {
  constructor(
    private readonly context: RunContext,
    private readonly image: Image,
    private readonly platform: Platform,
    private readonly prepared: Prepared,
    private readonly watch: Stopwatch,
    private readonly onPlan: (plan: CompletePlan) => void = () => undefined,
  ) {}

  /** As the builder that will probably build it would, or as the one that may stand in for it did. */
  async seek(): Promise<Sought & { readonly presumed: BuilderName }> {
    const wanted = this.image.config.builder;
    const presumed = await this.context.presumeBuilder(wanted);
    const first = await this.seekBy(presumed);
    const other = otherBuilder(wanted, presumed, this.context.facts.local);
    if (first.found !== undefined || other === undefined) return { ...first, presumed };
    const plan = await this.planBy(other).catch(refused);
    const found = plan && (await this.find(plan));
    return plan === undefined || found === undefined ? { ...first, presumed } : { plan, found, presumed };
  }

  async seekBy(builder: BuilderName): Promise<Sought> {
    const plan = await this.planBy(builder);
    return { plan, found: await this.find(plan) };
  }

  async planBy(builder: BuilderName): Promise<CompletePlan> {
    const plan = await this.watch.time('plan', () =>
      planBuild(this.context, withBuilder(this.image, builder), this.platform, this.prepared),
    );
    this.onPlan(plan);
    return plan;
  }

  /**
   * undefined where it is to be built whatever the registry has. What this run has built anew for another image of the same inputs will do, and in a pipeline what one of its
   * jobs has built anew.
   */
  async find(plan: CompletePlan): Promise<RawManifest | undefined> {
    const { context, image } = this;
    const asked = !image.config.reuse || (context.rebuilds(image) && !context.rebuilt.has(plan.inputKey));
    const anew = asked && this.isToBuild();
    if (anew && context.handed === undefined) return undefined;
    const found = await this.watch.time('registry', () =>
      anew ? this.findAnew(plan.inputKey) : findByInputs(context, plan.inputKey),
    );
    if (found === undefined) return undefined;
    context.bases.remember(context.facts.repository, found);
    return found;
  }

  /** What a pipeline builds is decided: of an image that it was not to build the registry's is taken, though another run would build it anew. */
  private isToBuild(): boolean {
    return isToBuild(this.context.handed ?? {}, this.image, this.platform);
  }

  /**
   * What a job of this pipeline has built of the image, and certified: another image of the same inputs may have been certified since. What is certified now, where a later run
   * has published the image.
   */
  private async findAnew(key: string): Promise<RawManifest | undefined> {
    const { context, image, platform } = this;
    const { facts, registry } = context;
    const certified = await findByInputs(context, key, 'own');
    if (certified === undefined || (await isOvertaken(context, image.name))) return certified;
    const tag = renewedTag(facts, image.name, key, platform);
    const found = await registry.getManifest({ ...facts.repository, tag });
    const error = found && notAnImage(found, tag);
    if (error !== undefined) throw error;
    return found;
  }
}

/** A builder that would not build it has not. */
function refused(error: unknown): undefined {
  if (!(error instanceof HephyError)) throw error;
}
