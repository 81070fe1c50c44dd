import { HephyError, HephyErrors } from '../errors/hephy-error';
import { errorText } from '../report/error-text';

/** Runs a generator; what a user caused is shown as hephy shows it, without a stack. */
export async function showErrors(generate: () => void | Promise<void>): Promise<void> {
  try {
    await generate();
  } catch (error) {
    if (!(error instanceof HephyError) && !(error instanceof HephyErrors)) throw error;
    const shown = new Error(errorText(error, { color: false }), { cause: error });
    shown.stack = shown.message;
    throw shown;
  }
}
