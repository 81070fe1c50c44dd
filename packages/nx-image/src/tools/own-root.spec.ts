import { isOnOwnMount, judgeOwnRoot, readMountPoints } from './own-root';

const MOUNTINFO = `110 51 0:41 / / rw,relatime master:2 - overlay overlay rw,lowerdir=/a:/b
111 110 0:48 / /proc rw,nosuid - proc proc rw
128 127 254:0 /home/me /work\\040space rw,relatime - ext4 /dev/vda rw
`;

test('mounts of a process', () => {
  const mounts = readMountPoints(MOUNTINFO);
  expect(mounts).toEqual(['/', '/proc', '/work space']);
  expect(isOnOwnMount('/work space/project', mounts)).toBe(true);
  expect(isOnOwnMount('/work space', mounts)).toBe(true);
  expect(isOnOwnMount('/work space of another', mounts)).toBe(false);
  expect(isOnOwnMount('/usr/bin/node', mounts)).toBe(false);
});

test('this machine’s root is nobody’s to delete', async () => {
  for (const uid of [0, 1000, undefined]) {
    await expect(judgeOwnRoot(uid, [])).resolves.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
  }
});
