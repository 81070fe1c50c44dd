/** Bytes. What GitHub takes as the summary of a step is 1024 kB, and what is more it takes not at all. */
export const SUMMARY_LIMIT = 1_000_000;

/** Text that never grows beyond a number of bytes of UTF-8: what does not fit is left out, and counted. */
export class LimitedText {
  private readonly parts: string[] = [];
  private left: number;
  /** How many parts were left out. */
  omitted = 0;

  constructor(limit: number) {
    this.left = limit;
  }

  /** Answers whether it fitted. */
  add(part: string): boolean {
    const size = Buffer.byteLength(part) + 1;
    if (size > this.left) {
      this.omitted += 1;
      return false;
    }
    this.left -= size;
    this.parts.push(part);
    return true;
  }

  toString(): string {
    return this.parts.map((part) => `${part}\n`).join('');
  }
}
