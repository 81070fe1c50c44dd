import { inspect } from 'node:util';
import { formatLocation } from '../errors/format-location';
import { HephyError, HephyErrors } from '../errors/hephy-error';
import { noSpace } from '../errors/no-space';
import { redact } from '../errors/redact';
import { printable, printableLine } from './printable';
import type { ResultError } from './result';
import { styleOf, type Style } from './style';

/** How much of a builder's output stands in an error; all of it is in the log. */
const OUTPUT_LINES = 20;
const CAUSES = 5;

export interface TextOptions {
  readonly color: boolean;
}

/**
 * An error as people read it:
 *
 *     CODE path:line:column: what
 *       what mends it
 *         the last lines of a builder's output
 *       log: path
 *
 * What a user caused has no stack; anything else is a bug, says so, and has.
 */
export function errorText(error: unknown, options: TextOptions): string {
  const style = styleOf(options.color);
  if (error instanceof HephyErrors) return error.errors.map((one) => problemText(toResultError(one), style)).join('\n');
  if (error instanceof HephyError) return problemText(toResultError(error), style);
  if (isResultError(error)) return problemText(error, style);
  const full = noSpace(error);
  return full === undefined ? bugText(error, style) : problemText(toResultError(full), style);
}

/** The error as it stands in a result file. */
export function toResultError(error: HephyError): ResultError {
  return {
    code: error.code,
    message: error.message,
    ...(error.where === undefined ? {} : { where: formatLocation(error.where) }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    output: [...error.output],
    ...(error.log === undefined ? {} : { log: error.log }),
  };
}

function isResultError(error: unknown): error is ResultError {
  return (
    typeof error === 'object' &&
    error !== null &&
    !(error instanceof Error) &&
    'code' in error &&
    typeof error.code === 'string' &&
    'message' in error &&
    typeof error.message === 'string' &&
    'output' in error &&
    Array.isArray(error.output)
  );
}

function problemText(error: ResultError, style: Style): string {
  const where = error.where === undefined ? '' : `${printableLine(error.where)}: `;
  const left = error.output.length - OUTPUT_LINES;
  const above = left > 0 && error.log !== undefined ? [`(${left} more lines are in the log)`] : [];
  const output = [...above, ...error.output.slice(-OUTPUT_LINES).map((line) => printable(line).trimEnd())];
  return [
    `${style.red(style.bold(printableLine(error.code)))} ${where}${linesOf(error.message).join('\n  ')}`,
    ...linesOf(error.hint).map((line) => `  ${style.cyan(line)}`),
    ...output.map((line) => (line === '' ? '' : `    ${style.dim(line)}`)),
    ...(error.log === undefined ? [] : [`  log: ${printableLine(error.log)}`]),
  ].join('\n');
}

/** Of a message there are several where several problems of a file are one result. */
function linesOf(text: string | undefined): readonly string[] {
  return printable(text ?? '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

function bugText(error: unknown, style: Style): string {
  const lines: string[] = [];
  let cause = error;
  for (let depth = 0; depth < CAUSES && cause !== undefined; depth += 1) {
    lines.push((depth === 0 ? '' : 'caused by ') + stackOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return [
    `${style.red(style.bold('BUG'))} ${printable(redact(lines.join('\n')))}`,
    '  This is a bug in hephy, not in what you wrote. Please report it with the lines above.',
  ].join('\n');
}

function stackOf(error: unknown): string {
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : `thrown: ${inspect(error)}`;
}
