import type { ErrorCode } from '../errors/codes';
import type { Path } from './value';

/** What is wrong, and what to do. */
export interface Complaint {
  readonly what: string;
  readonly hint: string;
  /** CONFIG_INVALID where it is not another. */
  readonly code?: ErrorCode;
}

/** A complaint and the value that it is about. */
export interface Problem extends Complaint {
  readonly path: Path;
  /** Where it is shown: at the key rather than at the value. */
  readonly atKey?: boolean;
}
