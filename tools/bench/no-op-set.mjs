import { BASE } from './base-image.mjs';
import { PLATFORMS } from './image-set.mjs';

const FILES = 10;
/** Of ten images one is built from an upstream, all of them from the same; and one is FROM another image of the repository. */
const OF = 10;

/**
 * Images whose look-ups are what a run with nothing to do takes.
 * @param {{ images: number, host: string }} options
 * @returns {Record<string, string>} text by path
 */
export function noOpSet({ images, host }) {
  const files = {};
  for (let index = 0; index < images; index += 1) {
    const root = `images/app-${index}`;
    const upstream = index % OF === 1;
    const from = index % OF === 2 ? `\${ECR_REGISTRY}:app-${index - 2}-latest` : `${host}/${BASE}`;
    files[`${root}/build-config.yaml`] = [
      ...(upstream ? [`upstream_repo: http://${host}/git/upstream`, 'upstream_ref: main'] : []),
      ...(upstream ? [] : ['context_path: .']),
      `platforms: [${PLATFORMS.join(', ')}]`,
      "additional_tags: [latest, '1.0']",
      ...(upstream ? ['dockerfile_from: local', 'build_args:', `  NAME: app-${index}`] : []),
      '',
    ].join('\n');
    files[`${root}/Dockerfile`] = [
      ...(from.startsWith('$') ? ['ARG ECR_REGISTRY'] : []),
      `FROM ${from}`,
      ...(upstream ? ['ARG NAME=none', 'LABEL name=$NAME', 'COPY . /app'] : [`COPY files /app-${index}`]),
      '',
    ].join('\n');
    for (let file = 0; file < FILES; file += 1) files[`${root}/files/${file}.txt`] = `${root} ${file}\n`;
  }
  return files;
}

/** What the requests of such a run are for, and how many there may be. */
export function requestBudget({ images }) {
  const platforms = images * PLATFORMS.length;
  return {
    'platforms, and since when they are there': 2 * platforms,
    indexes: images,
    'moving tags': images,
    'version and fixed tags': 2 * images,
    'base, of all': 1 + 2 * PLATFORMS.length,
    'upstream, of all: ls-remote and fetch': 4,
    other: 0,
  };
}

const [PLATFORM, INDEX, MOVING, FIXED, OF_BASE, UPSTREAM, OTHER] = Object.keys(requestBudget({ images: 0 }));

/**
 * @param {readonly string[]} requests as the proxy's log has them
 * @returns {Record<keyof ReturnType<typeof requestBudget>, number>}
 */
export function countRequests(requests) {
  const counts = Object.fromEntries(Object.keys(requestBudget({ images: 0 })).map((what) => [what, 0]));
  const seen = new Set();
  for (const line of requests) {
    counts[kindOf(line, seen.has(line))] += 1;
    seen.add(line);
  }
  return counts;
}

/** @param again whether the same was asked before: what was published last is asked for when platforms are looked up, and when tags are about to be moved. */
function kindOf(line, again) {
  const [, path = ''] = line.split(' ');
  if (path.startsWith('/git/')) return UPSTREAM;
  if (path.startsWith('/v2/bench/base/')) return OF_BASE;
  const [, reference = ''] = /\/manifests\/(.+)$/.exec(path) ?? [];
  if (reference.startsWith('last-')) return again ? INDEX : PLATFORM;
  if (reference.endsWith('-latest')) return MOVING;
  if (/^app-\d+-/.test(reference)) return FIXED;
  return /^(?:in-|sha256:)/.test(reference) || path.includes('/blobs/') ? PLATFORM : OTHER;
}
