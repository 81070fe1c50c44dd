import { HephyError, type Location } from './hephy-error';

/** The same error, of another who asks: what is asked for once is not told of the first alone who did. */
export function atPlace(error: HephyError, where: Location): HephyError {
  const { code, message, hint, output, log, cause } = error;
  return new HephyError(code, message, {
    where,
    ...(hint === undefined ? {} : { hint }),
    output,
    ...(log === undefined ? {} : { log }),
    cause,
  });
}
