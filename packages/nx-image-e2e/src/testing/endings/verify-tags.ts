import type { RegistryView } from '../registry-view';

export type Tags = Readonly<Record<string, string>>;

/** What people pull: neither a builder's destination nor a certificate. */
export function isPublic(tag: string): boolean {
  return !/^(?:push|in)-/.test(tag);
}

/** What is wrong with what public tags name: not certified, not complete, not of the platforms that it says. */
export async function findUnverified(
  view: RegistryView,
  tags: Tags,
  names: readonly string[],
  architectures: readonly string[],
): Promise<string[]> {
  const certified = new Set(Object.entries(tags).flatMap(([tag, digest]) => (tag.startsWith('in-') ? [digest] : [])));
  const problems = await Promise.all(
    names.map(async (tag) => {
      const digest = tags[tag] ?? '';
      const found = certified.has(digest) ? [] : ['not certified'];
      const { manifests } = await view.manifest(digest);
      if (manifests === undefined) {
        found.push(...(await findIncomplete(view, digest, tag.split('-').at(-1))));
      } else {
        const has = manifests.map(({ platform }) => platform?.architecture);
        if (has.join() !== architectures.join()) found.push(`an index of ${has.join()}`);
        for (const child of manifests) {
          found.push(...(await findIncomplete(view, child.digest, child.platform?.architecture)));
        }
      }
      return found.map((problem) => `${tag}: ${problem}`);
    }),
  );
  return problems.flat();
}

async function findIncomplete(view: RegistryView, digest: string, architecture: string | undefined): Promise<string[]> {
  const { layers = [] } = await view.manifest(digest);
  const found =
    (await view.architecture(digest)) === architecture ? [] : [`${digest} is not for ${architecture ?? ''}`];
  for (const layer of layers) if (!(await view.hasBlob(layer.digest))) found.push(`${layer.digest} is not there`);
  return found;
}
