/** Where a pipeline has the component from. */
export type Inclusion =
  | { readonly kind: 'component'; readonly component: string; readonly version: string }
  | { readonly kind: 'local'; readonly file: string };

export interface RenderedPipeline {
  /** A file of its own. */
  readonly whole: string;
  /** An item of `include:`. */
  readonly entry: string;
  /** Such an item in a pipeline of somebody's, of any version; what is before it in the match is the first group. */
  readonly includedBy: RegExp;
}

export function renderPipeline(inclusion: Inclusion): RenderedPipeline {
  const entry = renderEntry(inclusion);
  return {
    entry,
    whole: [
      '# Builds the images that changed, each platform on a runner of its own, and publishes them.',
      '# Variables of the project: ECR_REGISTRY, and CICD_TAG_AMD64 and CICD_TAG_ARM64 with the tags of the runners.',
      'include:',
      `  - ${entry}`,
      '    inputs:',
      '      arm64: refuse # where no runner is arm64: emulate',
      '      merge_requests: push # under tags of their own; to build alone: build',
      '',
    ].join('\n'),
    includedBy: inclusion.kind === 'component' ? COMPONENT : localFile(inclusion.file),
  };
}

/** The component's address in somebody's pipeline, without its version. */
export function findComponent(text: string): string | undefined {
  return COMPONENT.exec(text)?.[2];
}

const COMPONENT = /^([ \t]*(?:-[ \t]+)?)component:[ \t]*["']?([^\s"'#@]+\/hephy)@[^\s"'#]+["']?/m;

function localFile(file: string): RegExp {
  return new RegExp(`^([ \\t]*(?:-[ \\t]+)?)local:[ \\t]*["']?/?${file.replaceAll('.', '\\.')}["']?(?=[ \\t]*$)`, 'm');
}

function renderEntry(inclusion: Inclusion): string {
  return inclusion.kind === 'component'
    ? `component: ${inclusion.component}@${inclusion.version}`
    : `local: ${inclusion.file}`;
}
