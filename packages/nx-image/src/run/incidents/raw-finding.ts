import type { Image } from '../../config/build-config';
import type { Mend, VerifyFinding } from '../../report/verification';

/** What is wrong as one image sees it. */
export interface RawFinding extends Omit<VerifyFinding, 'image' | 'alsoIn' | 'mend'> {
  readonly image: Image;
  readonly by: Mend['by'];
  /** `<image>-<tag>` of this repository that the platform is FROM. */
  parents?: readonly string[];
}

/**
 * A blob or a manifest that is wrong is one finding, however many images share it: of the image that it comes from, which is the one to build anew. What is
 * FROM it is built with it.
 */
export function joinFindings(raw: readonly RawFinding[]): readonly VerifyFinding[] {
  const groups = new Map<string, RawFinding[]>();
  for (const [place, one] of raw.entries()) {
    const key =
      one.blob === undefined && one.platform === undefined ? String(place) : `${one.problem} ${one.digest ?? place}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group): readonly VerifyFinding[] => {
    const names = new Set(group.map(({ image }) => image.name));
    const isBelow = ({ image, parents = [] }: RawFinding): boolean =>
      parents.some((parent) => [...names].some((name) => name !== image.name && parent.startsWith(`${name}-`)));
    const source = group.find((one) => !isBelow(one)) ?? group[0];
    if (source === undefined) return [];
    const { image, by, ...finding } = withoutParents(source);
    const others = group.filter((one) => one !== source).map(placeOf);
    return [
      {
        ...finding,
        image: image.name,
        alsoIn: [...new Set(others)].filter((place) => place !== placeOf(source)),
        mend: { by, task: taskOf(image) },
      },
    ];
  });
}

function withoutParents(finding: RawFinding): Omit<RawFinding, 'parents'> {
  const copy = { ...finding };
  delete copy.parents;
  return copy;
}

function placeOf({ image, platform }: RawFinding): string {
  return platform === undefined ? image.name : `${image.name} ${platform}`;
}

function taskOf({ project, variant }: Image): string {
  return `${project}:manifest${variant === undefined ? '' : `--${variant}`}`;
}
