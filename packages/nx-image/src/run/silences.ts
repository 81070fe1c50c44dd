import { HephyError } from '../errors/hephy-error';

/**
 * Questions to others, whose errors are answers too. A host that does not answer is not asked again: each question to it would take as long as the first.
 * What is no HephyError is thrown, and the end of the run.
 */
export class Silences {
  private readonly silent = new Map<string, HephyError>();

  constructor(private readonly signal: AbortSignal) {}

  async ask<T>(host: string, work: () => Promise<T>): Promise<T | HephyError> {
    this.signal.throwIfAborted();
    const known = this.silent.get(host);
    if (known !== undefined) return known;
    try {
      return await work();
    } catch (error) {
      this.signal.throwIfAborted();
      if (!(error instanceof HephyError)) throw error;
      if (error.code === 'REGISTRY_UNREACHABLE') this.silent.set(host, error);
      return error;
    }
  }
}
