import type { ImageResult } from '../result';
import { counted } from '../amounts';
import { digestHtml, duration, size } from './amounts-html';
import { html, type Html, type Part } from './html';
import { imageDetails } from './image-details';
import { classOf, outcomeMark, outcomeShape } from './outcome-mark';
import type { FromGraph } from './from-graph';
import type { ImageView, PageView } from './page-view';

/** Every image, closed, in the order of the view; each opens without a script too. */
export function imageList(view: PageView, graph: FromGraph): Html {
  if (view.images.length === 0) return html`<p class="none">Nothing was built here yet.</p>`;
  return html`<div class="row head" aria-hidden="true">
      <span>image</span><span>outcome</span><span>platforms</span> <span>why</span><span class="end">digest</span
      ><span class="end">size</span><span class="end">time</span>
    </div>
    <div id="list">${view.images.map((image) => imageEntry(image, view, graph))}</div>`;
}

function imageEntry(image: ImageView, view: PageView, graph: FromGraph): Html {
  const { result, outcome } = image;
  return html`<details
    class="image ${classOf(outcome)}"
    id="${image.anchor}"
    data-n="${image.index}"
    data-outcome="${classOf(outcome)}"
    data-seconds="${image.seconds.toFixed(3)}"
    data-size="${image.size ?? 0}"
  >
    <summary class="row">
      <h3>${result.image}${image.earlier && html` <span class="chip">earlier run</span>`}</h3>
      ${outcomeMark(outcome)}
      <span class="platforms"
        >${result.builds.map(
          (build) =>
            html`<span class="chip ${classOf(build.outcome)}" title="${build.platform}: ${build.outcome}"
              >${outcomeShape(build.outcome)} ${shortPlatform(build.platform)}<span class="unseen">
                ${build.outcome}</span
              ></span
            >`,
        )}</span
      >
      <span class="why">${image.headline}</span>
      <span class="end">${published(result)}</span>
      <span class="end">${image.size === undefined ? '' : size(image.size)}</span>
      <span class="end">${duration(image.seconds)}</span>
    </summary>
    ${imageDetails(image, view, graph)}
  </details>`;
}

/** The index; its absence is said where it was not even tried. */
function published({ builds, manifest }: ImageResult): Part {
  if (manifest?.digest !== undefined) return digestHtml(manifest.digest);
  return manifest === undefined && builds.length > 0 && html`<small>not published</small>`;
}

/** `amd64` of `linux/amd64`; other systems keep their name. */
export function shortPlatform(platform: string): string {
  return platform.startsWith('linux/') ? platform.slice('linux/'.length) : platform;
}

/** `300 images, 600 platforms`. */
export function extentOf(view: PageView): string {
  const platforms = view.images.reduce((sum, image) => sum + image.result.builds.length, 0);
  return `${counted(view.images.length, 'image')}, ${counted(platforms, 'platform')}`;
}
