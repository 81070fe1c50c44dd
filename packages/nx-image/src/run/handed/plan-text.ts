import { gunzipSync, gzipSync } from 'node:zlib';
import type { HandedPlan } from '../../ci/handed-plan';
import { isHandedPlan } from '../../ci/is-handed-plan';
import { HephyError } from '../../errors/hephy-error';
import { parseJson } from '../../plan/parse-json';

/** Beyond any pipeline's: 5 MB of YAML hold it. */
export const MAX_TEXT = 8 * 2 ** 20;
const MAX_JSON = 128 * 2 ** 20;

/** One word of letters, digits, `+`, `/` and `=`: gzip, base64. The same plan has the same text. */
export function writeHandedPlan(plan: HandedPlan): string {
  return gzipSync(JSON.stringify(plan), { level: 9 }).toString('base64');
}

/**
 * What `writeHandedPlan` wrote; white space in it does not count.
 * @param file for the error
 * @throws HephyError PLAN_INVALID
 */
export function readHandedPlan(text: string, file: string): HandedPlan {
  const invalid = (problem: string): HephyError =>
    new HephyError('PLAN_INVALID', `this is no plan that hephy can read: ${problem}`, {
      where: { file },
      hint: 'It is what the planning job of this pipeline wrote, with the same version of hephy: take it from there as it is.',
    });
  if (text.length > MAX_TEXT) throw invalid(`it is longer than ${MAX_TEXT / 2 ** 20} MiB`);
  const word = text.replace(/\s+/g, '');
  if (word === '') throw invalid('it is empty');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(word)) throw invalid('it is not base64');
  const value = parseJson(unpack(word, invalid));
  if (isHandedPlan(value)) return value;
  if (value === undefined) throw invalid('it holds no JSON');
  // Loads zod: only to say what is wrong.
  /* eslint-disable @typescript-eslint/no-require-imports */
  const { explainHandedPlan } =
    require('../../ci/explain-handed-plan') as typeof import('../../ci/explain-handed-plan');
  /* eslint-enable @typescript-eslint/no-require-imports */
  throw invalid(explainHandedPlan(value) ?? 'it has values that are none');
}

function unpack(word: string, invalid: (problem: string) => HephyError): string {
  try {
    return gunzipSync(Buffer.from(word, 'base64'), { maxOutputLength: MAX_JSON }).toString('utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw invalid(`unpacked it is longer than ${MAX_JSON / 2 ** 20} MiB`);
    if (code.startsWith('Z_')) throw invalid(code === 'Z_BUF_ERROR' ? 'it is cut short' : 'it is not gzip');
    throw error;
  }
}
