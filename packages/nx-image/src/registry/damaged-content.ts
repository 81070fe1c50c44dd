import { HephyError } from '../errors/hephy-error';

/** The registry answered, and what it sent is not what was asked for: asking again brings the same. Its silence, its refusals and its trouble are none of these. */
export class DamagedContent extends HephyError {
  constructor(message: string, hint?: string) {
    super('REGISTRY_ERROR', message, hint === undefined ? {} : { hint });
  }
}

export const CHANGED_ON_THE_WAY =
  'Something between here and the registry changes what it sends, or the registry is damaged.';
