import type { BuilderName } from '../config/build-config';
import { pinDockerfile } from './pin-dockerfile';
import { readDockerfile } from './read-dockerfile';

function rewritten(lines: readonly string[], builder: BuilderName): readonly string[] {
  const dockerfile = readDockerfile(lines.join('\n'), { path: 'Dockerfile', args: new Map(), builder });
  return pinDockerfile(dockerfile, () => undefined).split('\n');
}

test.each([
  ['RUN <<EOF', "RUN . /dev/fd/3 3<<'EOF'"],
  ['RUN <<"EOF"', "RUN . /dev/fd/3 3<<'EOF'"],
  ['run --mount=type=cache,target=/x <<-EOF', "run --mount=type=cache,target=/x . /dev/fd/3 3<<-'EOF'"],
  ['RUN cat <<EOF', 'RUN cat <<EOF'],
  ['RUN sh <<EOF', 'RUN sh <<EOF'],
  ['COPY <<EOF /x', 'COPY <<EOF /x'],
])('Kaniko is given %s as %s', (written, given) => {
  const lines = (first: string) => ['FROM a', first, 'echo $x', 'EOF', 'RUN y'];
  expect(rewritten(lines(written), 'kaniko')).toEqual(lines(given));
});

test('what holds two here-documents, or stands in a stage that is not used, stays', () => {
  const lines = ['FROM a', 'RUN <<A', 'x', 'A', 'FROM b', 'RUN <<A <<B', 'x', 'A', 'y', 'B'];
  expect(rewritten(lines, 'kaniko')).toEqual(lines);
});

test('flags that buildah neither knows nor needs are left out', () => {
  const lines = [
    'FROM a',
    'COPY --link --chown=1 a b',
    'RUN --network=host --security=sandbox x',
    'ADD --link=false a b',
  ];
  expect(rewritten(lines, 'buildah')).toEqual(['FROM a', 'COPY  --chown=1 a b', 'RUN   x', 'ADD  a b']);
  expect(rewritten(lines, 'kaniko')).toEqual(lines);
});
