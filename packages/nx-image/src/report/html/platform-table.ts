import type { BuildResult, ImageResult } from '../result';
import { workSeconds } from '../amounts';
import { counted } from '../amounts';
import { digestHtml, duration, durationWords, size } from './amounts-html';
import { html, type Html } from './html';
import { outcomeMark } from './outcome-mark';
import { phasesOf } from './phases';

/** A platform a line. */
export function platformTable({ image, builds }: ImageResult): Html | undefined {
  if (builds.length === 0) return undefined;
  return html`<div class="wide" tabindex="0" role="group" aria-label="Platforms of ${image}">
    <table>
      <thead>
        <tr>
          <th scope="col">Platform</th>
          <th scope="col">Outcome</th>
          <th scope="col">Why</th>
          <th scope="col">Digest</th>
          <th scope="col">Size</th>
          <th scope="col">Time</th>
          <th scope="col">Built by</th>
        </tr>
      </thead>
      <tbody>
        ${builds.map(platformRow)}
      </tbody>
    </table>
  </div>`;
}

function platformRow(build: BuildResult): Html {
  const { builder, shared } = build;
  const by = [builder?.name, builder?.version, builder?.runtime && `in ${builder.runtime}`].filter(Boolean).join(' ');
  return html`<tr>
    <th scope="row">${build.platform}</th>
    <td>${outcomeMark(build.outcome)}</td>
    <td>${build.error === undefined ? build.reason : build.error.code}</td>
    <td>${build.digest !== undefined && digestHtml(build.digest)}</td>
    <td>
      ${build.size !== undefined && size(build.size)}${
        shared !== undefined &&
        html`<br /><small
            >${counted(shared.layers, 'layer')}, ${size(shared.bytes)} as in
            ${shared.version ?? 'the last version'}</small
          >`
      }
    </td>
    <td>${duration(workSeconds(build.seconds))}<br /><small>${phasesInWords(build)}</small></td>
    <td>${by}</td>
  </tr>`;
}

/** What took longer than a tenth of a second. */
function phasesInWords(build: BuildResult): string {
  return phasesOf(build)
    .filter((phase) => phase.seconds >= 0.1)
    .map((phase) => `${phase.what} ${durationWords(phase.seconds)}`)
    .join(', ');
}
