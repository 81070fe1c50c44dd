import { heldVersion } from '../../config/held-version';
import type { RunContext } from '../run-context';
import { Semaphore } from '../semaphore';
import { isSettled } from './is-settled';
import { isTouched } from './is-touched';
import type { KnownImage } from './known-image';
import { wasPublished } from './was-published';

/** What a pipeline is to do about an image. `broken`: it cannot be built, and nobody has touched it. `by hand`: it is not there, and is built only when somebody asks. */
export type Decision = 'work' | 'up to date' | 'broken' | 'by hand';

export interface DecideInput {
  /** Whether an image that only was looked at gets its tags back where something else was published after it: what the default branch says, and no other. */
  readonly takesBack: boolean;
  /** Whether the pipeline is to say of each image that it has nothing to do: one that cannot be built fails it, and one that is built by hand has its job, though it only was looked at. */
  readonly ofAll: boolean;
  readonly isManual: (name: string) => boolean;
}

/** Images that the registry is asked about side by side. */
const REQUESTS = 12;

export class WorkDecider {
  private readonly requests = new Semaphore(REQUESTS);
  /** Commits may have to be fetched, into one clone. */
  private readonly git = new Semaphore(1);

  constructor(
    private readonly context: RunContext,
    private readonly input: DecideInput,
  ) {}

  async decide(known: KnownImage): Promise<Decision> {
    const { image, failed, builds } = known;
    const isAbout = known.chosen || this.input.ofAll;
    if (failed !== undefined) return isAbout || (await this.wasLeft(known)) ? 'work' : 'broken';
    if (builds.length > 0) return isAbout || !this.input.isManual(image.name) ? 'work' : 'by hand';
    return (await this.isPublished(known)) ? 'up to date' : 'work';
  }

  /** Whether it was changed by a push whose own pipeline did not come to it. */
  private async wasLeft(known: KnownImage): Promise<boolean> {
    if (known.image.config.manualBuild) return false;
    const { context, input } = this;
    return this.git.within(() => isTouched(context, known, input.takesBack), context.signal);
  }

  /** Of an image whose platforms are all there: whether its tags are right, or others' to say. */
  private async isPublished(known: KnownImage): Promise<boolean> {
    const { image, chosen, asLast, last, standings } = known;
    // Whoever went back has not pushed yet what holds it there.
    if (!chosen && last?.rollback !== undefined && heldVersion(image) === undefined) return true;
    if (asLast) return this.ask(() => isSettled(this.context, image));
    // While it is held at an older version nothing newer gets its tags, and last-… stays where it is.
    if (chosen || last?.rollback !== undefined) return !chosen;
    return !this.input.takesBack && this.ask(() => wasPublished(this.context, known, standings));
  }

  private ask<T>(question: () => Promise<T>): Promise<T> {
    return this.requests.within(question, this.context.signal);
  }
}
