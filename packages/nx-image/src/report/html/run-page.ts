import { createHash } from 'node:crypto';
import type { ImageResult } from '../result';
import type { RunResult } from '../run-result';
import { fromGraph } from './from-graph';
import { graphSection } from './graph-section';
import { html, trusted, type Html } from './html';
import { imageList } from './image-list';
import { outcomeShapes } from './outcome-mark';
import { headline, pageHeader } from './page-header';
import { SCRIPT, STYLE } from './page-parts';
import { viewPage, type PageView } from './page-view';
import { tickPercent, timelineSection } from './timeline-section';

export interface PageOptions {
  /** What is the run's and no image's. Without it the page is about the run that began last. */
  readonly run?: RunResult;
}

/**
 * A run as one file that needs nothing else: no network, no script to be read. Same results, same bytes. Results are others' words: they reach the page
 * escaped and nowhere but in text and quoted attributes; the policy in its head allows this script and this style, and nothing made of data.
 */
export function runPage(results: readonly ImageResult[], options: PageOptions = {}): string {
  const view = viewPage(results, options.run);
  const style = `${STYLE}\n:root{--tick:${tickPercent(view.seconds).toFixed(4)}%}`;
  return `<!doctype html>\n${page(view, style).markup}\n`;
}

function page(view: PageView, style: string): Html {
  const graph = fromGraph(view.images);
  const title = `${headline(view)} (run ${view.run})`;
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${policy(style)}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      <link rel="icon" href="data:," />
      ${trusted(`<style>${style}</style>`)}
    </head>
    <body>
      <a class="skip" href="#main">Skip to the views</a>${outcomeShapes()}${pageHeader(view)}
      <nav aria-label="Views">
        <div id="views"><a href="#images">Images</a><a href="#timeline">Timeline</a><a href="#from">FROM graph</a></div>
      </nav>
      <main id="main" tabindex="-1">
        ${toolbar()}
        <section id="images" aria-labelledby="images-title">
          <h2 id="images-title">Images</h2>
          ${imageList(view, graph)}
        </section>
        <section id="timeline" aria-labelledby="timeline-title">
          <h2 id="timeline-title">Timeline</h2>
          ${timelineSection(view)}
        </section>
        <section id="from" aria-labelledby="from-title">
          <h2 id="from-title">FROM graph</h2>
          ${graphSection(view, graph)}
        </section>
      </main>
      <footer>Written by hephy. Times are UTC; point at one for its exact value.</footer>
      <div id="said" class="unseen" role="status" aria-live="polite"></div>
      ${trusted(`<script>${SCRIPT}</script>`)}
    </body>
  </html>`;
}

function toolbar(): Html {
  return html`<div class="toolbar script" role="search">
    <label for="find">Filter</label>
    <input
      id="find"
      type="search"
      placeholder="name, reason, code, tag or digest"
      autocomplete="off"
      spellcheck="false"
    />
    <span class="sort">
      <label for="sort">Sort</label>
      <select id="sort">
        <option value="outcome">failures first</option>
        <option value="name">by name</option>
        <option value="seconds">longest first</option>
        <option value="size">largest first</option>
      </select>
    </span>
    <span id="shown" role="status"></span><button type="button" id="clear">Clear</button>
  </div>`;
}

function policy(style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(SCRIPT)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
