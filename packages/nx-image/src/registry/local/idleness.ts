/** How long nobody has asked for anything. Times are milliseconds that only grow. */
export class Idleness {
  private last: number;
  private looked: number;

  /** @param interval how often `isOver` is asked */
  constructor(
    private readonly limit: number,
    readonly interval: number,
    now: number,
  ) {
    this.last = now;
    this.looked = now;
  }

  used(now: number): void {
    this.last = now;
  }

  /** Where this process stood still itself, whoever asked meanwhile has not been heard yet: it counts anew. */
  isOver(now: number): boolean {
    if (now - this.looked > 2 * this.interval) this.last = now;
    this.looked = now;
    return now - this.last >= this.limit;
  }
}
