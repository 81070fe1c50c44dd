import type { HephyError } from '../../errors/hephy-error';
import type { Finding } from '../../report/finding';
import type { Surroundings } from './surroundings';

/** What a check answers; its name is put to it. */
export type Found = Omit<Finding, 'check'>;

/**
 * One thing that a run needs. A HephyError that it throws is what a run would end with: the finding is `failed`.
 * It changes nothing that stays.
 */
export interface Check {
  readonly name: string;
  readonly find: (surroundings: Surroundings) => Promise<Found>;
}

export function failedBy(error: HephyError): Found {
  const { code, message, hint } = error;
  return { verdict: 'failed', what: message, code, ...(hint === undefined ? {} : { mend: hint }) };
}
