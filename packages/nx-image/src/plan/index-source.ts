import type { Description } from './description';
import type { IndexSource } from './plan-index';
import { readPublishedUpstream } from './published-upstream';

export function indexSource(
  builds: readonly { readonly platform: string; readonly inputs: { readonly key: string } }[],
  upstream: { readonly repo: string; readonly commit: string; readonly name?: string | undefined } | undefined,
): IndexSource {
  const keys = Object.fromEntries(builds.map(({ platform, inputs }) => [platform, inputs.key]));
  if (upstream?.name?.startsWith('refs/tags/') !== true) return { keys };
  const { repo, name: ref, commit } = upstream;
  return { keys, tag: { repo, ref, commit } };
}

/** Whether what the index says is true of this source. What it does not say is not held against it. */
export function isMadeOf(
  {
    index,
    description,
  }: {
    readonly index: { readonly annotations?: Readonly<Record<string, string>> };
    readonly description: Description | undefined;
  },
  { keys, tag }: IndexSource,
): boolean {
  const platforms = description?.platforms ?? {};
  const other = Object.entries(keys).some(([platform, key]) => (platforms[platform]?.key ?? key) !== key);
  if (other || tag === undefined) return !other;
  const upstream = readPublishedUpstream(index.annotations);
  return (
    upstream === undefined || (upstream.repo === tag.repo && upstream.ref === tag.ref && upstream.commit === tag.commit)
  );
}
