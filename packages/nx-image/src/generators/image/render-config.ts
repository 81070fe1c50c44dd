import { posix } from 'node:path';

export interface ConfigValues {
  readonly root: string;
  readonly description: string | undefined;
  readonly upstream: { readonly repo: string; readonly ref: string } | undefined;
  readonly platforms: readonly string[];
}

const SCHEMA = 'node_modules/@hephy/nx-image/build-config.schema.json';

/** Text that YAML reads as it stands. */
const PLAIN = /^(?!null$)[A-Za-z0-9](?:[A-Za-z0-9 ._/@+-]|:(?! |$))*(?<! )$/i;

/** The text of a build-config.yaml; its first line tells editors where the schema is. */
export function renderConfig({ root, description, upstream, platforms }: ConfigValues): string {
  const lines = [`# yaml-language-server: $schema=${posix.relative(root, SCHEMA)}`];
  if (description !== undefined) lines.push(`description: ${scalar(description)}`);
  if (upstream !== undefined) {
    lines.push(`upstream_repo: ${scalar(upstream.repo)}`, `upstream_ref: ${scalar(upstream.ref)}`);
    lines.push('dockerfile_path: Dockerfile', 'context_path: .');
  }
  lines.push(`platforms: [${platforms.map(scalar).join(', ')}]`, 'additional_tags: [latest]');
  return lines.map((line) => `${line}\n`).join('');
}

/** JSON's strings are YAML's. */
function scalar(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text);
}
