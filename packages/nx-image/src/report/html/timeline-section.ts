import { counted } from '../amounts';
import { durationWords } from './amounts-html';
import { html, trusted, type Html } from './html';
import { shortPlatform } from './image-list';
import { classOf, outcomeShape } from './outcome-mark';
import { KIND_WORDS, KINDS } from './phases';
import type { PageView } from './page-view';
import { tickSeconds, timelineOf, type Lane, type TimelineEntry } from './timeline';

const LANE_HEIGHT = 13;
const BAR_HEIGHT = 9;
/** Above and below the line of those who wait. */
const THIN = 3;
/** Percent: what took no time at all is still to be seen. */
const LEAST_WIDTH = 0.12;

export function timelineSection(view: PageView): Html {
  const entries = timelineOf(view);
  const earlier = view.images.length - entries.length;
  const [busy, others] = [entries.filter((entry) => entry.busy), entries.filter((entry) => !entry.busy)];
  if (entries.length === 0) return html`<p class="none">Nothing ran.</p>`;
  return html`<ul class="legend">
      ${KINDS.map((kind) => html`<li><span class="swatch k-${classOf(kind)}"></span>${KIND_WORDS[kind]}</li>`)}
    </ul>
    ${earlier > 0 && html`<p class="none">Not drawn: ${counted(earlier, 'image')} that this run did not touch.</p>`}
    <div class="timeline">
      <div class="lanes axis" aria-hidden="true">
        <span class="unit">since the beginning</span>${axis(view.seconds)}
      </div>
      <div id="timeline-list">
        ${busy.length > 0 && entryList(busy, view.seconds)}
        ${
          others.length > 0 &&
          html`<details ${trusted(busy.length > 0 ? '' : 'open')}>
            <summary>${counted(others.length, 'image')} of which nothing was built: reused, or skipped</summary>
            ${entryList(others, view.seconds)}
          </details>`
        }
      </div>
    </div>`;
}

function entryList(entries: readonly TimelineEntry[], total: number): Html {
  return html`<ol>
    ${entries.map((entry) => entryHtml(entry, total))}
  </ol>`;
}

/** For the style of the page: how far apart the lines of the grid are. */
export function tickPercent(seconds: number): number {
  return seconds > 0 ? (tickSeconds(seconds) / seconds) * 100 : 100;
}

function axis(total: number): Html {
  const step = tickSeconds(total);
  const ticks = Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => index * step);
  return html`<svg height="16">
    ${ticks.map(
      (tick, index) =>
        html`<text
          x="${percent(tick, total)}%"
          y="12"
          class="${index % 2 === 1 && 'odd'}${tick > total * 0.94 && ' last'}"
          >${tick === 0 ? '0' : durationWords(tick).replace('.0 s', ' s')}</text
        >`,
    )}
  </svg>`;
}

function entryHtml({ image, lanes }: TimelineEntry, total: number): Html {
  const height = Math.max(1, lanes.length) * LANE_HEIGHT;
  return html`<li class="lanes" data-n="${image.index}">
    <a class="lane-name ${classOf(image.outcome)}" href="#${image.anchor}">
      ${outcomeShape(image.outcome)}${image.result.image}<span class="unseen">, ${image.outcome}</span></a
    >
    <span class="lane-labels" aria-hidden="true"
      >${lanes.map((lane) => html`<span>${shortPlatform(lane.name)}</span>`)}</span
    >
    <svg height="${height}" role="img" aria-label="${lanes.map(laneInWords).join('. ')}">
      ${lanes.map((lane, index) => laneHtml(lane, index * LANE_HEIGHT + (LANE_HEIGHT - BAR_HEIGHT) / 2, total))}
    </svg>
  </li>`;
}

function laneHtml(lane: Lane, y: number, total: number): Html {
  if (lane.idle !== undefined) return html`<text class="idle" x="0" y="${y + BAR_HEIGHT - 0.5}">${lane.idle}</text>`;
  return html`${lane.steps.map(
    ({ at, seconds }) =>
      html`<rect
        class="step"
        x="${percent(at, total)}%"
        y="${y + THIN}"
        width="${width(seconds, total)}%"
        height="${BAR_HEIGHT - 2 * THIN}"
      />`,
  )}${lane.segments.map(
    ({ what, kind, at, seconds }) =>
      html`<rect
        class="k-${classOf(kind)}"
        x="${percent(at, total)}%"
        y="${kind === 'wait' ? y + THIN : y}"
        width="${width(seconds, total)}%"
        height="${kind === 'wait' ? BAR_HEIGHT - 2 * THIN : BAR_HEIGHT}"
        ><title>${lane.name}: ${what} ${durationWords(seconds)}, from ${durationWords(at)}</title></rect
      >`,
  )}`;
}

function laneInWords(lane: Lane): string {
  if (lane.idle !== undefined) return `${shortPlatform(lane.name)}: ${lane.idle}`;
  const words = lane.segments
    .filter((segment) => segment.seconds >= 0.1)
    .map((segment) => `${segment.what} ${durationWords(segment.seconds)}`);
  const [first] = lane.steps;
  return `${shortPlatform(lane.name)}: from ${durationWords(first?.at ?? 0)}${words.length > 0 ? `, ${words.join(', ')}` : ''}`;
}

function percent(seconds: number, total: number): string {
  return total > 0 ? rounded((Math.max(0, Math.min(seconds, total)) / total) * 100) : '0';
}

function width(seconds: number, total: number): string {
  return total > 0 ? rounded(Math.max(LEAST_WIDTH, (Math.max(0, Math.min(seconds, total)) / total) * 100)) : '0';
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
