/** What a ref of an upstream can mean in full, in the order in which it counts: as in git a tag comes before a branch of the same name. */
export function refNames(ref: string): readonly string[] {
  return ref.startsWith('refs/') || ref === 'HEAD' ? [ref] : [`refs/tags/${ref}`, `refs/heads/${ref}`, `refs/${ref}`];
}
