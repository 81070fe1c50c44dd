import { isPrepareResult, isResultError } from '../report/is-result';
import { boolean, fields, list, optional, record, text, type Check } from '../report/value-check';
import type { FailedPlan, HandedPlan, HandedRun } from './handed-plan';

const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const time: Check = (value) => typeof value === 'string' && value.endsWith('Z') && !Number.isNaN(Date.parse(value));

const isMachines: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isArchitecture);
const isArchitecture = matches(/^[a-z0-9]+$/);

/** `HandedPlan` without zod: see report's `is-result.ts`. */
export const isHandedPlan = fields<HandedPlan>({
  version: (value) => value === 1,
  run: fields<HandedRun>({
    id: matches(/^[0-9a-f]{12}$/),
    started: time,
    commit: matches(/^[0-9a-f]{40}$/),
    publish: boolean,
    scope: optional(matches(/^mr\d+$/)),
    push: boolean,
    machines: optional(isMachines),
    publishes: optional(list(text)),
    rebuild: optional((value) => value === 'all' || list(text)(value)),
  }),
  prepared: list(isPrepareResult),
  failed: optional(list(fields<FailedPlan>({ project: text, image: text, error: isResultError }))),
  given: optional(record(record(matches(/^[0-9a-f]{16}$/)))),
});
