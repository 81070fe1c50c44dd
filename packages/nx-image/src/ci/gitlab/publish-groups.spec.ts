import fc from 'fast-check';
import { ARM64, plannedBuild, plannedImage } from '../../../testing/planned-pipeline';
import { MOST_NEEDS } from './job';
import { publishGroups } from './publish-groups';

function image(name: string, parents: readonly string[] = [], manual = false) {
  return plannedImage(name, { parents, manual, builds: [plannedBuild(), plannedBuild(ARM64)] });
}

const namesOf = (groups: ReturnType<typeof publishGroups>) =>
  groups.map(({ images }) => images.map(({ image: name }) => name).join(' '));

test('as many in one as are asked for, in the order of FROM', () => {
  const groups = publishGroups([image('a'), image('b', ['a']), image('c', ['b']), image('d')], 2);
  expect(namesOf(groups)).toEqual(['a b', 'c d']);
  expect(groups[1]?.after).toEqual([groups[0]]);
  expect(groups[0]?.after).toEqual([]);
});

test('a job never needs more than GitLab allows', () => {
  const groups = publishGroups(
    Array.from({ length: 60 }, (_, index) => image(`i${index}`)),
    100,
  );
  expect(groups.map(({ images }) => images.length)).toEqual([25, 25, 10]);
});

test('what is built by hand is published for itself, after what it is FROM, and holds up nobody else', () => {
  const groups = publishGroups(
    [image('a'), image('b'), image('m', ['b'], true), image('n', ['m'], true), image('c')],
    20,
  );
  expect(namesOf(groups)).toEqual(['a b', 'm', 'n', 'c']);
  expect(groups.map(({ after }) => namesOf(after))).toEqual([[], ['a b'], ['m'], []]);
});

test('an image that would wait for too many is an error', () => {
  const parents = Array.from({ length: 49 }, (_, index) => image(`p${index}`));
  const child = image(
    'child',
    parents.map(({ image: name }) => name),
  );
  expect(() => publishGroups([...parents, child], 1)).toThrow(/the job that publishes child would wait for 51 others/);
  expect(publishGroups([...parents, child], 20)).toHaveLength(3);
});

test('whatever the graph: every image once, after its parents, and few needs', () => {
  const graph = fc.array(fc.tuple(fc.array(fc.nat(30), { maxLength: 4 }), fc.boolean()), { maxLength: 120 });
  fc.assert(
    fc.property(graph, fc.integer({ min: 1, max: 60 }), (nodes, most) => {
      const images = nodes.map(([back, manual], index) => {
        const parents = back.map((distance) => index - 1 - distance).filter((at) => at >= 0);
        return image(`i${index}`, [...new Set(parents.map((at) => `i${at}`))], manual);
      });
      const groups = publishGroups(images, most);
      expect(groups.flatMap((group) => group.images)).toHaveLength(images.length);
      const at = new Map(groups.flatMap((group, index) => group.images.map((one) => [one.image, index] as const)));
      for (const one of images)
        for (const parent of one.parents) expect(at.get(parent)).toBeLessThanOrEqual(at.get(one.image) ?? -1);
      for (const [index, { images: members, after, manual }] of groups.entries()) {
        expect(members.length).toBeLessThanOrEqual(manual ? 1 : most);
        expect(members.length * 2 + after.length).toBeLessThanOrEqual(MOST_NEEDS);
        for (const before of after) expect(groups.indexOf(before)).toBeLessThan(index);
      }
    }),
  );
});
