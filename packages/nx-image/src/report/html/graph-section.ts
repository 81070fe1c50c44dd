import { counted } from '../amounts';
import type { FromGraph } from './from-graph';
import { layOutGraph, NODE_HEIGHT, NODE_WIDTH, type Box, type Edge } from './graph-layout';
import { html, type Html } from './html';
import { classOf, outcomeMark } from './outcome-mark';
import type { PageView } from './page-view';

/** What fits into a node beside its mark, in characters of a monospaced font. */
const NAME_LENGTH = 21;

/** The drawing for those who see it, and the same as a tree of links for everybody. */
export function graphSection(view: PageView, graph: FromGraph): Html {
  if (graph.size === 0) return html`<p class="none">No images, so no FROM.</p>`;
  return html`<div class="graph">
    <div class="drawing">
      <div class="tools script">
        <p class="said">
          <span id="graph-said">Select an image: what it is FROM and what is FROM it stands out.</span>
          <a id="graph-open" href="#images" hidden>Open it in the list</a>
        </p>
        <span class="zoom">
          <button type="button" data-zoom="-1">
            <span aria-hidden="true">−</span><span class="unseen">Smaller</span></button
          ><button type="button" data-zoom="0" aria-label="Fit the whole width">Fit</button>
          <button type="button" data-zoom="1">
            <span aria-hidden="true">+</span><span class="unseen">Larger</span>
          </button></span
        >
      </div>
      <div
        class="scroll"
        id="drawing"
        tabindex="0"
        role="region"
        aria-label="Drawing of the FROM graph; the tree beside it says the same"
      >
        ${drawing(view, graph)}
      </div>
    </div>
    <div class="tree">
      <p id="tree-name">${counted(graph.size, 'image')}, below those that they are FROM</p>
      <ul id="tree">
        ${graph.roots.map((index) => branch(view, graph, index))}
      </ul>
    </div>
  </div>`;
}

function drawing(view: PageView, graph: FromGraph): Html {
  const layout = layOutGraph(graph);
  const { width, height, loneTop } = layout;
  return html`<svg id="graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    ${layout.frames.map((box) => html`<rect class="frame" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="6" />`)}
    ${layout.edges.map(edgeHtml)}
    ${loneTop !== undefined && html`<text class="lone" x="12" y="${loneTop + 14}">FROM no image of this repository, and none is FROM them</text>`}
    ${[...layout.places].map(([index, box]) => node(view, graph, index, box))}
  </svg>`;
}

function edgeHtml({ from, to, path, side }: Edge): Html {
  return html`<path class="edge${side && ' side'}" d="${path}" data-from="${from}" data-to="${to.join(' ')}" />`;
}

function node(view: PageView, graph: FromGraph, index: number, box: Box): Html {
  const image = view.images[index];
  const outcome = image === undefined ? 'absent' : classOf(image.outcome);
  const name = graph.nameOf(index);
  return html`<g
    class="node ${outcome}"
    transform="translate(${box.x} ${box.y})"
    data-n="${index}"
    data-up="${graph.parentsOf(index).join(' ')}"
    data-anchor="${image?.anchor}"
    data-name="${name}"
  >
    <title>${name}${image === undefined ? ', not in this report' : `: ${image.outcome}`}</title>
    <rect width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="4" />
    ${image !== undefined && html`<use href="#mark-${outcome}" x="6" y="5" width="12" height="12" />`}
    <text x="23" y="15">${shorten(name)}</text></g
  >`;
}

/** The middle gives way: what tells names of one repository apart is in front and at the end. */
function shorten(name: string): string {
  // Whole characters, as far as a browser is asked to draw them: names of images are ASCII.
  const characters = Array.from(name);
  if (characters.length <= NAME_LENGTH) return name;
  return `${characters.slice(0, NAME_LENGTH - 9).join('')}…${characters.slice(-8).join('')}`;
}

function branch(view: PageView, graph: FromGraph, index: number): Html {
  const image = view.images[index];
  const children = graph.mainChildrenOf(index);
  const name = graph.nameOf(index);
  const others = graph.parentsOf(index).filter((parent) => parent !== graph.mainParentOf(index));
  return html`<li>
    <span class="item" data-n="${index}"
      >${
        image === undefined
          ? html`<span>${name}</span> <small>not in this report</small>`
          : html`<a href="#${image.anchor}">${name}</a> ${outcomeMark(image.outcome)}`
      }${others.length > 0 && html` <small>also FROM ${others.map((one) => graph.nameOf(one)).join(', ')}</small>`}</span
    >
    ${
      children.length > 0 &&
      html`<ul>
        ${children.map((child) => branch(view, graph, child))}
      </ul>`
    }
  </li>`;
}
