import { readRebuild } from './read-rebuild';

describe('readRebuild', () => {
  it.each([
    ['nx run-many -t manifest', undefined],
    ['nx run-many -t manifest --rebuild', 'all'],
    ['nx run-many --rebuild -t manifest', 'all'],
    ['nx run --rebuild web:manifest', 'all'],
    ['nx run web:manifest --rebuild=true', 'all'],
    ['nx run web:manifest --rebuild=false', []],
    ['nx run web:manifest --rebuild false', []],
    ['nx run web:manifest --no-rebuild', []],
    ['nx run web:manifest --rebuild --no-rebuild', []],
    ['nx run web:manifest --rebuild=web,curl', ['web', 'curl']],
    ['nx run web:manifest --rebuild web,curl', ['web', 'curl']],
    ['nx run web:manifest --rebuild=web --rebuild=curl', ['web', 'curl']],
    ['nx run web:manifest --rebuild=web --rebuild', 'all'],
    ['nx run web:manifest --rebuild=,web,,', ['web']],
    ['nx run web:manifest --rebuild=', []],
    ['nx affected -t manifest --rebuild --base=main', 'all'],
    ['nx manifest web -- --rebuild', 'all'],
    ['nx run web:manifest --rebuilds --rebuild-all -rebuild rebuild', undefined],
  ])('%s', (line, rebuild) => {
    expect(readRebuild(line.split(' '))).toEqual(rebuild);
  });
});
