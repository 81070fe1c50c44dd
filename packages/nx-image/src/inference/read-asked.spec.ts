import { readAsked } from './read-asked';

test.each<[string, string, string[], string[]]>([
  ['run-many -t manifest', 'run-many', ['manifest'], []],
  ['run-many --target=manifest --projects=web,api --parallel=2', 'run-many', ['manifest'], ['web', 'api']],
  ['run-many -t prepare manifest -p web api --token secret', 'run-many', ['prepare', 'manifest'], ['web', 'api']],
  ['affected --base origin/main --targets build-amd64', 'affected', ['build-amd64'], []],
  ['--verbose run web:manifest', 'run', ['manifest'], ['web']],
  ['manifest web', 'run', ['manifest'], ['web']],
  ['web:manifest --token=secret', 'run', ['manifest'], ['web']],
  ['run-many -t manifest -- -t secret', 'run-many', ['manifest'], []],
  ['manifest', 'run', ['manifest'], []],
  ['', 'run', [], []],
])('nx %s', (words, command, targets, projects) => {
  expect(readAsked(['node', 'nx', ...words.split(' ').filter((word) => word !== '')])).toEqual({
    ...{ command, targets, projects },
  });
});
