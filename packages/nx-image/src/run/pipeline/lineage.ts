/** Which images are FROM which, as that becomes known. */
export class Lineage {
  private readonly parents = new Map<string, Set<string>>();

  add(image: string, parent: string): void {
    this.parents.set(image, (this.parents.get(image) ?? new Set()).add(parent));
  }

  parentsOf(image: string): readonly string[] {
    return [...(this.parents.get(image) ?? [])];
  }

  /** The image and all that it is FROM, at any depth. */
  of(image: string): readonly string[] {
    const all = new Set([image]);
    // A set that grows while it is gone through.
    for (const one of all) for (const parent of this.parents.get(one) ?? []) all.add(parent);
    return [...all];
  }
}
