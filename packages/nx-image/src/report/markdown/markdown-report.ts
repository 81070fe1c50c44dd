import { formatSeconds } from '../amounts';
import { headline } from '../html/page-header';
import { stepsOf, viewPage, type ImageView, type PageView } from '../html/page-view';
import { pullReferences, stays } from '../reference-lines';
import type { ImageResult } from '../result';
import type { RunResult } from '../run-result';
import { code, fence } from './escape-markdown';
import { imageRows, TABLE_HEAD } from './image-rows';
import { LimitedText, SUMMARY_LIMIT } from './limited-text';
import { problem } from './problem';

/** For the ends of what is open, and for saying that something was left out. */
const RESERVE = 1_000;

/** A run for the summary of a CI job, or a comment: what failed first and in full, folded; what was reused folded, too. Same results, same bytes. */
export function markdownReport(results: readonly ImageResult[], options: { readonly run?: RunResult } = {}): string {
  const view = viewPage(results, options.run);
  const page = new LimitedText(SUMMARY_LIMIT - RESERVE);
  page.add(`## hephy: ${headline(view)}`);
  page.add(`\n${runLine(view)}`);
  for (const error of view.facts?.errors ?? []) page.add(`\n${problem('The run', error)}`);
  const reused = view.images.filter(({ outcome }) => outcome === 'reused');
  const others = view.images.filter((image) => !reused.includes(image));
  addTable(page, others);
  for (const image of others) addProblems(page, image);
  if (reused.length > 0) {
    page.add(`\n<details><summary>${reused.length} reused</summary>`);
    addTable(page, reused);
    page.add('\n</details>');
  }
  addReferences(page, view);
  const left =
    page.omitted === 0 ? '' : `\nThis is cut at ${SUMMARY_LIMIT} bytes; the whole is in the results of the run.\n`;
  return `${page.toString()}${left}`;
}

function runLine({ run, facts, seconds }: PageView): string {
  const parts = [
    `run ${code(run)}`,
    facts?.repository === undefined ? '' : code(facts.repository),
    facts?.commit === undefined ? '' : `commit ${code(facts.commit.slice(0, 7))}`,
    facts?.ended === undefined ? '' : formatSeconds(seconds),
    facts?.publish === undefined ? '' : publishing(facts),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function publishing({ publish, scope }: RunResult): string {
  if (publish === true) return 'public tags move';
  return scope === undefined ? 'no publishing run' : `tags of ${code(scope)} alone`;
}

function addTable(page: LimitedText, images: readonly ImageView[]): void {
  if (images.length === 0) return;
  page.add(`\n${TABLE_HEAD}`);
  for (const image of images) page.add(imageRows(image));
}

function addProblems(page: LimitedText, { result }: ImageView): void {
  for (const step of stepsOf(result)) {
    const what = step.step === 'build' ? code(step.platform) : step.step === 'manifest' ? 'index' : step.step;
    if (step.error !== undefined) page.add(`\n${problem(`${code(result.image)} ${what}`, step.error)}`);
  }
  const lines = [
    ...(result.manifest?.tags ?? []).filter(({ state }) => state === 'late' || state === 'held').flatMap(stays),
    ...result.builds.flatMap(({ platform, notes }) => notes.map((note) => `${platform}: ${note}`)),
    ...(result.manifest?.notes ?? []),
  ];
  for (const line of lines) page.add(`- ${code(result.image)} ${code(line)}`);
}

/** The version by name and digest, which is what others should write down, then all tags. */
function addReferences(page: LimitedText, { images }: PageView): void {
  const lines = images.flatMap(({ result }) => {
    const { manifest, repository } = result;
    const digest = manifest?.digest;
    const version = manifest?.versionTag;
    const pinned = digest === undefined || version === undefined ? [] : [`${repository}:${version}@${digest}`];
    return [...pinned, ...pullReferences(result)];
  });
  if (lines.length === 0) return;
  page.add(`\n<details><summary>References</summary>\n${fence(lines)}\n</details>`);
}
