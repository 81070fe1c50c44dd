import { declaredOnBuild, imagesOnBuild } from './on-build';

describe('declaredOnBuild', () => {
  it.each([
    [[], []],
    [['RUN make', 'LABEL ARG=x', 'COPY ARG /'], []],
    [['ARG WHO'], ['WHO']],
    [
      ['ARG WHO=nobody TEAM="a b"', 'RUN make', ' arg\tLAST'],
      ['WHO', 'TEAM', 'LAST'],
    ],
  ])('%j', (instructions, names) => {
    expect(declaredOnBuild(instructions)).toEqual(names);
  });
});

describe('imagesOnBuild', () => {
  it.each([
    [['COPY . /app', 'ARG X'], []],
    [
      ['COPY --from=alpine:3 /a /b', 'copy --chown=1 --from=0 /a /b', 'ADD --from=x:1 a b'],
      ['alpine:3', 'x:1'],
    ],
    [['RUN --mount=type=bind,from=tools:2,target=/t --mount=from=more make from=no'], ['tools:2', 'more']],
  ])('%j', (instructions, names) => {
    expect(imagesOnBuild(instructions)).toEqual(names);
  });
});
