import { workSeconds } from '../amounts';
import { viewPage } from '../html/page-view';
import type { ImageResult, Outcome, ResultError } from '../result';
import type { RunResult } from '../run-result';
import { element, xmlText } from './xml';

/** How much of a builder's output stands here; all of it is in the log. */
const OUTPUT_LINES = 100;
/** Whole files beyond 30 MB are not read. */
const LONGEST_LINE = 2_000;

/** A test case: a platform, an index, or a `prepare` that failed. */
interface Case {
  readonly name: string;
  readonly suite: string;
  readonly file?: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly error: ResultError | undefined;
  readonly seconds: number;
}

/**
 * A run as CI systems show tests: a suite an image, a case a platform and one the index. Written for GitLab's reader, which knows cases by class and name, shows
 * the text of a failure and not its attributes, and ignores whoever has a name a second time: https://docs.gitlab.com/ci/testing/unit_test_reports/.
 * GitHub's readers show the same. Same results, same bytes.
 */
export function junitReport(results: readonly ImageResult[], options: { readonly run?: RunResult } = {}): string {
  const { images, facts, started } = viewPage(results, options.run);
  const errors = (facts?.errors ?? []).map((error, index): Case => {
    const name = index === 0 ? 'the run' : `the run (${index + 1})`;
    return { name, suite: 'hephy', outcome: 'failed', reason: '', error, seconds: 0 };
  });
  const suites = [
    ...(errors.length === 0 ? [] : [suite('hephy', started, errors)]),
    ...images.map(({ result }) => suite(result.image, startOf(result), casesOf(result))),
  ];
  const all = [...errors, ...images.flatMap(({ result }) => casesOf(result))];
  const whole = element('testsuites', { name: 'hephy', ...countsOf(all), time: sumOf(all) }, ['\n', ...suites]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${whole}\n`;
}

function suite(name: string, timestamp: string | undefined, cases: readonly Case[]): string {
  const attributes = { name, ...countsOf(cases), time: sumOf(cases), timestamp };
  return `${element('testsuite', attributes, ['\n', ...cases.map(testCase)])}\n`;
}

function casesOf({ image, root, prepare, builds, manifest }: ImageResult): readonly Case[] {
  const head = { suite: image, file: `${root}/build-config.yaml` };
  const failed = prepare === undefined || prepare.outcome === 'built' ? [] : [prepare];
  return [...failed, ...builds, ...(manifest === undefined ? [] : [manifest])].map((step) => ({
    ...head,
    name: `${image} ${step.step === 'build' ? step.platform : step.step === 'manifest' ? 'index' : step.step}`,
    outcome: step.outcome,
    reason: 'reason' in step ? step.reason : '',
    error: step.error,
    seconds: step.outcome === 'skipped' ? 0 : workSeconds(step.seconds),
  }));
}

function testCase(one: Case): string {
  const attributes = { classname: one.suite, name: one.name, file: one.file, time: one.seconds.toFixed(3) };
  return `${element('testcase', attributes, inside(one))}\n`;
}

function inside({ outcome, reason, error }: Case): readonly string[] {
  switch (outcome) {
    case 'built':
    case 'reused':
      return [element('system-out', {}, [xmlText(reason === '' ? outcome : `${outcome}: ${reason}`)])];
    case 'skipped':
      return [element('skipped', { message: reason === '' ? 'skipped' : `skipped because ${reason}` })];
    case 'failed':
    case 'timed out':
      return [trouble('failure', outcome, reason, error)];
    case 'cancelled':
      return [trouble('error', outcome, reason, error)];
  }
}

function trouble(name: 'failure' | 'error', outcome: Outcome, reason: string, error: ResultError | undefined): string {
  const [message = ''] = (error?.message ?? reason).split('\n');
  const attributes = { type: error?.code ?? outcome, message: `${outcome}: ${message}` };
  return element(name, attributes, [xmlText(error === undefined ? reason : textOf(error))]);
}

/** Everything: not all readers show the attributes. */
function textOf({ code, message, where, hint, output, log }: ResultError): string {
  return [
    `${code}${where === undefined ? '' : ` ${where}`}: ${message}`,
    ...(hint === undefined ? [] : [hint]),
    ...(output.length === 0 ? [] : ['', ...output.slice(-OUTPUT_LINES).map((line) => line.slice(0, LONGEST_LINE))]),
    ...(log === undefined ? [] : ['', `log: ${log}`]),
  ].join('\n');
}

function countsOf(cases: readonly Case[]): Readonly<Record<string, number>> {
  const count = (...outcomes: readonly Outcome[]) => cases.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    tests: cases.length,
    failures: count('failed', 'timed out'),
    errors: count('cancelled'),
    skipped: count('skipped'),
  };
}

function sumOf(cases: readonly Case[]): string {
  return cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
}

/** Of the first of its steps. */
function startOf({ prepare, builds, manifest }: ImageResult): string | undefined {
  return [prepare, ...builds, manifest].flatMap((step) => (step === undefined ? [] : [step.started])).sort()[0];
}
