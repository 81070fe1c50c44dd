import { HephyError } from '../../errors/hephy-error';
import type { PlannedImage } from '../pipeline-plan';
import { MOST_NEEDS } from './job';

/** Images that one job checks, and then publishes. */
export interface PublishGroup {
  readonly images: readonly PlannedImage[];
  /** Of groups before it: those of what its images are FROM. */
  readonly after: readonly PublishGroup[];
  /** Started by hand: of one image alone. */
  readonly manual: boolean;
}

/**
 * In the order of FROM, so that a group waits only for groups before it, as many images in one as may be: their builds and those groups are what its job needs, of which GitLab allows 50.
 * An image that is built by hand has a group of its own, and only its like wait for it.
 * @throws HephyError PIPELINE_TOO_LARGE
 */
export function publishGroups(images: readonly PlannedImage[], most: number): readonly PublishGroup[] {
  const groupOf = new Map<string, PublishGroup>();
  const groups: PublishGroup[] = [];
  const close = (members: readonly PlannedImage[], manual: boolean): void => {
    if (members.length === 0) return;
    const group = { images: members, after: parentGroups(members, groupOf, manual), manual };
    for (const { image } of members) groupOf.set(image, group);
    groups.push(group);
  };
  let open: readonly PlannedImage[] = [];
  for (const image of images) {
    if (image.manual) {
      // What it is FROM may be in the open group.
      if (image.parents.some((parent) => open.some((member) => member.image === parent))) {
        close(open, false);
        open = [];
      }
      requireFew([image], groupOf);
      close([image], true);
      continue;
    }
    if (open.length >= most || countNeeds([...open, image], groupOf) > MOST_NEEDS) {
      close(open, false);
      open = [];
    }
    requireFew([image], groupOf);
    open = [...open, image];
  }
  close(open, false);
  return groups;
}

function parentGroups(
  members: readonly PlannedImage[],
  groupOf: ReadonlyMap<string, PublishGroup>,
  manual: boolean,
): readonly PublishGroup[] {
  const found = new Set(members.flatMap(({ parents }) => parents.flatMap((parent) => groupOf.get(parent) ?? [])));
  return [...found].filter((group) => manual || !group.manual);
}

function countNeeds(members: readonly PlannedImage[], groupOf: ReadonlyMap<string, PublishGroup>): number {
  const builds = members.reduce((sum, { builds }) => sum + builds.length, 0);
  return builds + parentGroups(members, groupOf, true).length;
}

function requireFew(members: readonly PlannedImage[], groupOf: ReadonlyMap<string, PublishGroup>): void {
  const count = countNeeds(members, groupOf);
  const [first] = members;
  if (count <= MOST_NEEDS || first === undefined) return;
  throw new HephyError(
    'PIPELINE_TOO_LARGE',
    `the job that publishes ${first.image} would wait for ${count} others, and GitLab allows ${MOST_NEEDS}: its platforms, and the jobs that publish what it is FROM`,
    {
      where: { file: first.root },
      hint: 'Let a publish job take more images (the input `publish_size`), or build some of its bases first.',
    },
  );
}
