import type { RunResult } from '../run-result';
import { counted } from '../amounts';
import { duration, instant, size } from './amounts-html';
import { errorHtml } from './error-html';
import { html, type Html, type Part } from './html';
import { extentOf } from './image-list';
import { classOf, outcomeShape } from './outcome-mark';
import { OUTCOMES, type PageView } from './page-view';

/** What the run was, and how it ended. */
export function pageHeader(view: PageView): Html {
  return html`<header>
    <div class="title">
      <h1>${headline(view)}</h1>
      <button type="button" id="theme" class="script">Theme: automatic</button>
    </div>
    <dl class="facts run">${runFacts(view)}</dl>
    ${(view.facts?.errors ?? []).map((error) => errorHtml('the run', 'failed', error))}
    ${view.images.length > 0 && outcomeBar(view)}
  </header>`;
}

/** What a reader must not miss. */
export function headline(view: PageView): string {
  const all = view.images.length;
  if ((view.facts?.errors.length ?? 0) > 0) return 'The run could not begin';
  if (all === 0) return 'No images';
  const made = countOf(view, 'built') + countOf(view, 'reused') + countOf(view, 'prepared');
  const soFar = isUnfinished(view.facts) ? ' so far' : '';
  return made < all
    ? `${all - made} of ${counted(all, 'image')} not made${soFar}`
    : `${counted(all, 'image')}, nothing failed${soFar}`;
}

function runFacts(view: PageView): readonly Part[] {
  const { facts, started, seconds, images } = view;
  const repositories = [...new Set(images.map((image) => image.result.repository))];
  const fact = (name: string, value: Part) =>
    value !== undefined &&
    value !== false &&
    value !== '' &&
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return [
    fact('Run', html`<code>${view.run}</code>`),
    fact('Begun', started !== undefined && instant(started)),
    fact('Took', started !== undefined && html`${duration(seconds)}${unfinished(facts)}`),
    fact('Images', extentOf(view)),
    fact('Repository', (facts?.repository ?? repositories.join(', ')) || undefined),
    fact(
      'Commit',
      facts?.commit !== undefined && html`<code title="${facts.commit}">${facts.commit.slice(0, 7)}</code>`,
    ),
    fact('Asked for', facts?.asked && [facts.asked.command, ...facts.asked.targets, ...facts.asked.projects].join(' ')),
    fact('Public tags', publishing(facts)),
    fact(
      'Machine',
      facts &&
        html`${facts.machine.platform}, ${facts.machine.cpus} CPUs, ${size(facts.machine.memory)}, ${facts.parallel} at
        once`,
    ),
  ];
}

function unfinished(facts: RunResult | undefined): string | false {
  return isUnfinished(facts) && ', and was not ended when this was written, or was killed';
}

function isUnfinished(facts: RunResult | undefined): boolean {
  return facts !== undefined && facts.ended === undefined;
}

function publishing(facts: RunResult | undefined): string | undefined {
  if (facts?.publish === undefined) return undefined;
  if (facts.publish) return 'moved';
  return facts.scope === undefined ? 'not moved: this is no publishing run' : `those of ${facts.scope} alone`;
}

/** Also the filter by outcome: the script makes buttons work that are hidden without it. */
function outcomeBar(view: PageView): Html {
  const counts = OUTCOMES.map((outcome) => ({ outcome, count: countOf(view, outcome) })).filter(
    ({ count }) => count > 0,
  );
  const all = view.images.length;
  let x = 0;
  const parts = counts.map(({ outcome, count }) => {
    const width = (count / all) * 100;
    const part = html`<rect
      class="bar ${classOf(outcome)}"
      x="${x.toFixed(3)}%"
      width="${width.toFixed(3)}%"
      height="8"
    />`;
    x += width;
    return part;
  });
  return html`<svg class="outcomes" width="100%" height="8" aria-hidden="true">${parts}</svg>
    <ul class="counts" id="counts">
      ${counts.map(
        ({ outcome, count }) =>
          html`<li class="${classOf(outcome)}" data-outcome="${classOf(outcome)}">
            ${outcomeShape(outcome)}<b>${count}</b> ${outcome}
          </li>`,
      )}
    </ul>`;
}

function countOf(view: PageView, outcome: (typeof OUTCOMES)[number]): number {
  return view.images.filter((image) => image.outcome === outcome).length;
}
