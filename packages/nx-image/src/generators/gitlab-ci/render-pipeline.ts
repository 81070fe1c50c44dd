/** Where a pipeline has the component from. */
export type Inclusion =
  | { readonly kind: 'component'; readonly component: string; readonly version: string }
  | { readonly kind: 'local'; readonly file: string };

/** A file of its own. */
export function renderPipeline(inclusion: Inclusion): string {
  return [
    '# Builds the images that changed, each platform on a runner of its own, and publishes them.',
    '# Variables of the project: ECR_REGISTRY, and CICD_TAG_AMD64 and CICD_TAG_ARM64 with the tags of the runners.',
    'include:',
    `  - ${renderEntry(inclusion)}`,
    '    inputs:',
    '      arm64: refuse # where no runner is arm64: emulate',
    '      merge_requests: push # under tags of their own; to build alone: build',
    '',
  ].join('\n');
}

/** What an item of `include:` begins with. */
export function renderEntry(inclusion: Inclusion): string {
  return inclusion.kind === 'component'
    ? `component: ${inclusion.component}@${inclusion.version}`
    : `local: ${inclusion.file}`;
}
