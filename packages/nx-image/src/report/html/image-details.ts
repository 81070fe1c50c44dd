import { counted } from '../amounts';
import { digestHtml, duration, instant, size } from './amounts-html';
import { copyable } from './copyable';
import { errorHtml } from './error-html';
import type { FromGraph } from './from-graph';
import { html, type Html, type Part } from './html';
import { classOf, outcomeMark } from './outcome-mark';
import { stepsOf, type ImageView, type PageView, type StepResult } from './page-view';
import { platformTable } from './platform-table';
import { referenceList } from './reference-list';

/** What stands behind an image's line. */
export function imageDetails(image: ImageView, view: PageView, graph: FromGraph): Html {
  const { result } = image;
  const failed = stepsOf(result).filter((step) => step.error !== undefined);
  const notes = [
    ...result.builds.flatMap((build) => build.notes.map((note) => `${build.platform}: ${note}`)),
    ...(result.manifest?.notes ?? []),
  ];
  return html`<div class="body">
    ${failed.map((step) => step.error && errorHtml(stepName(step), step.outcome, step.error))} ${platformTable(result)}
    ${referenceList(result)}
    ${
      notes.length > 0 &&
      html`<h4>Notes</h4>
        <ul class="notes">
          ${notes.map((note) => html`<li>${note}</li>`)}
        </ul>`
    }
    <h4>Made of</h4>
    <dl class="facts">${facts(image, view, graph)}</dl>
  </div>`;
}

export function stepName(step: StepResult): string {
  if (step.step === 'build') return step.platform;
  return step.step === 'prepare' ? 'preparing' : 'index and tags';
}

function facts(image: ImageView, view: PageView, graph: FromGraph): readonly Part[] {
  const { prepare, manifest, root } = image.result;
  const children = graph.childrenOf(image.index);
  const link = (name: string, index: number | undefined): Html => {
    const other = index === undefined ? undefined : view.images[index];
    if (other === undefined) return html`<span>${name}</span>`;
    return html`<a href="#${other.anchor}" class="${classOf(other.outcome)}">${name}</a>`;
  };
  const parents = graph.parentsOf(image.index).map((index) => link(graph.nameOf(index), index));
  return [
    fact('Directory', html`<code>${root}</code>`),
    fact('FROM, of this repository', parents.length > 0 && spaced(parents)),
    fact(
      `FROM it`,
      children.length > 0 &&
        html`${counted(children.length, 'image')}: ${spaced(children.map((index) => link(graph.nameOf(index), index)))}`,
    ),
    ...(prepare?.bases ?? []).map((base) =>
      fact('Base', html`<code>${base.reference}</code> at ${digestHtml(base.digest)}`),
    ),
    fact(
      'Upstream',
      prepare?.upstream &&
        html`<code>${prepare.upstream.repo}</code> ${prepare.upstream.ref} at ${copyable(prepare.upstream.commit)}`,
    ),
    fact('Context', prepare?.context && html`${counted(prepare.context.files, 'file')}, ${size(prepare.context.size)}`),
    fact('Dockerfile', prepare?.dockerfile && html`<code>${prepare.dockerfile.path}</code>`),
    fact('Index', manifest && html`${outcomeMark(manifest.outcome)} ${manifest.reason}`),
    fact('Published by', manifest?.publisher),
    fact('Preparing', prepare && html`${outcomeMark(prepare.outcome)} in ${duration(prepare.seconds.total ?? 0)}`),
    ...stepsOf(image.result)
      .slice(0, 1)
      .map((step) => fact('Begun', instant(step.started))),
    fact('Run', image.earlier && html`<code>${image.result.run}</code>, an earlier one`),
  ];
}

function fact(name: string, value: Part): Part {
  return (
    value !== undefined &&
    value !== false &&
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`
  );
}

function spaced(parts: readonly Html[]): readonly Part[] {
  return parts.map((part, index) => [index === 0 ? '' : ', ', part]);
}
