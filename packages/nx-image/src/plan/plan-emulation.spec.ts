import type { StageRun } from '../dockerfile/stage-runs';
import { planEmulation } from './plan-emulation';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };

const runs: readonly StageRun[] = [
  { line: 2, platform: { kind: 'build' } },
  { line: 5, platform: { kind: 'fixed', platform: 'linux/s390x' } },
  { line: 8, platform: { kind: 'target' } },
  { line: 9, platform: { kind: 'target' } },
];

test.each([
  ['a foreign target', arm64, amd64, ['5 s390x', '8 arm64']],
  ['the machine’s own platform', amd64, amd64, ['5 s390x']],
  ['a target that a fixed platform is as well', { os: 'linux', architecture: 's390x' }, amd64, ['5 s390x']],
])('%s', (_, target, machine, expected) => {
  expect(planEmulation(runs, target, machine).map(({ line, architecture }) => `${line} ${architecture}`)).toEqual(
    expected,
  );
});

test('a platform that is none is left to those who refuse it', () => {
  expect(planEmulation([{ line: 1, platform: { kind: 'fixed', platform: 'windows' } }], arm64, amd64)).toEqual([]);
});
