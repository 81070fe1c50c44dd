import { pullReferences, stays } from '../reference-lines';
import type { ImageResult } from '../result';
import { copyable } from './copyable';
import { html, type Html } from './html';

/** What can be pulled, each to be copied; then the tags that did not move, and why. */
export function referenceList(result: ImageResult): Html | undefined {
  const { manifest, repository, builds } = result;
  const digests = [
    { what: 'index', digest: manifest?.digest },
    ...builds.map((build) => ({ what: build.platform, digest: build.digest })),
  ].flatMap(({ what, digest }) => (digest === undefined ? [] : [{ what, reference: `${repository}@${digest}` }]));
  const known = new Set(digests.map(({ reference }) => reference));
  const tags = pullReferences(result)
    .filter((reference) => !known.has(reference))
    .map((reference) => ({ what: stateOf(result, reference), reference }));
  const still = (manifest?.tags ?? []).flatMap(stays);
  if (digests.length + tags.length + still.length === 0) return undefined;
  return html`<h4>References</h4>
    <ul class="references">
      ${[...tags, ...digests].map(({ what, reference }) => html`<li><span class="what">${what}</span>${copyable(reference)}</li>`)}
      ${still.map((text) => html`<li><span class="what">stays</span><span>${text}</span></li>`)}
    </ul>`;
}

function stateOf({ manifest, repository }: ImageResult, reference: string): string {
  const tag = (manifest?.tags ?? []).find((one) => `${repository}:${one.tag}` === reference);
  return tag === undefined ? 'tag' : `tag, ${tag.state}`;
}
