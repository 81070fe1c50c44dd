import type { RegistryClient } from '../src/registry/registry';

/** Numbers from 0 to 1, the same for the same seed. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Waiting {
  readonly weight: number;
  readonly go: () => void;
}

/**
 * Lets the requests of several publishers to a registry, one at a time, in an order that a seed decides: every interleaving of theirs may come, and comes again
 * with the same seed. One of a small weight is slow: it stands for long between two requests.
 */
export class Turns {
  private readonly waiting: Waiting[] = [];
  private busy = false;

  constructor(private readonly random: () => number) {}

  /** @param dies the number of its request with whose answer it is killed: nothing that it asks is answered any more */
  client(client: RegistryClient, weight = 1, dies = Infinity): { registry: RegistryClient; killed: Promise<'killed'> } {
    let requests = 0;
    let kill: (how: 'killed') => void = () => undefined;
    const killed = new Promise<'killed'>((resolve) => (kill = resolve));
    const take = async <T>(ask: () => Promise<T>): Promise<T> => {
      await this.turn(weight);
      const dead = requests >= dies;
      requests += 1;
      try {
        if (!dead) return await ask();
      } finally {
        if (requests >= dies) kill('killed');
        this.next();
        if (requests >= dies) await new Promise(() => undefined);
      }
      throw new Error('a killed publisher goes on');
    };
    const registry: RegistryClient = {
      ...client,
      headManifest: (reference) => take(() => client.headManifest(reference)),
      getManifest: (reference) => take(() => client.getManifest(reference)),
      hasBlob: (repository, digest) => take(() => client.hasBlob(repository, digest)),
      putManifest: (reference, mediaType, bytes) => take(() => client.putManifest(reference, mediaType, bytes)),
    };
    return { registry, killed };
  }

  private turn(weight: number): Promise<void> {
    return new Promise((go) => {
      this.waiting.push({ weight, go });
      if (!this.busy) this.next();
    });
  }

  /** After whoever was just answered has asked again. */
  private next(): void {
    this.busy = true;
    setImmediate(() => {
      const chosen = this.choose();
      if (chosen === undefined) this.busy = false;
      else chosen.go();
    });
  }

  private choose(): Waiting | undefined {
    let at = this.random() * this.waiting.reduce((sum, { weight }) => sum + weight, 0);
    const index = this.waiting.findIndex(({ weight }) => (at -= weight) < 0);
    return this.waiting.splice(index < 0 ? 0 : index, 1)[0];
  }
}
