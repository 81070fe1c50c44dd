import type { BuilderName } from '../config/build-config';
import { findContextSources } from '../dockerfile/find-context-sources';
import { readDockerfile } from '../dockerfile/read-dockerfile';
import { findLedOut } from './find-led-out';

const links = new Map([
  ['abs', '/etc'],
  ['d/up', '../../x'],
  ['file', 'd/f'],
  ['dir', 'd'],
  ['circle', 'circle'],
]);

/** `kind link` of each, for what stands behind FROM. */
function led(text: string, args: Readonly<Record<string, string>> = {}, builder: BuilderName = 'kaniko'): string[] {
  const values = new Map(Object.entries(args));
  const dockerfile = readDockerfile(`FROM scratch AS first\n${text}\n`, {
    path: 'Dockerfile',
    args: values,
    builder,
  });
  return findLedOut(findContextSources(dockerfile, values), links, builder).map((one) =>
    'link' in one ? `${one.kind} ${one.link}` : `${one.kind} ${one.source.path}`,
  );
}

it.each([
  ['COPY . /', []],
  ['COPY d /', []],
  ['COPY d/ abs/ /', []],
  ['COPY * /', []],
  ['COPY dir/f /', []],
  ['COPY abs /', []],
  ['COPY circle /', []],
  ['COPY --from=first abs/x /', []],
  ['RUN --mount=type=bind,target=/x true', []],
  ['RUN --mount=type=cache,target=abs/x true', []],
  ['ADD https://host.invalid/../abs/x /', []],
  ['COPY <<abs /x\nabs/x\nabs', []],
  ['COPY abs/passwd /', ['out abs']],
  ['COPY /abs/passwd /', ['out abs']],
  ['COPY ./d/../abs/passwd /', ['out abs']],
  ['COPY ["abs/passwd", "/"]', ['out abs']],
  ['COPY --chown=1:1 f d/up/f /', ['out d/up']],
  ['ADD abs/x.tar /', ['out abs']],
  ['COPY a*/x /', ['out abs']],
  ['COPY [a-b]bs/x /', ['out abs']],
  ['COPY d/u*/x /', ['out d/up']],
  ['RUN --mount=type=bind,source=abs,target=/x true', ['out abs']],
  ['RUN --mount=target=/x,src=abs/y true', ['out abs']],
  ['ONBUILD COPY abs/x /', ['out abs']],
  ['COPY file /', ['link file']],
  ['COPY dir /', ['link dir']],
  ['COPY ../x /', ['above ../x']],
  ['COPY d/../../x /', ['above d/../../x']],
  ['ARG X=abs\nCOPY ${X}/x /', ['out abs']],
  ['ARG X\nCOPY ${X}/x /', ['out abs']],
  ['ENV X=d\nCOPY ${X}/f /', []],
  ['ENV X abs\nCOPY $X/f /', ['out abs']],
  ['ARG X=d\nENV X=abs\nARG X=d\nCOPY $X/f /', ['out abs']],
  ['COPY b${X}/f /', []],
  ['ENV X=abs\nFROM first\nCOPY $X/f /', ['out abs']],
])('%s', (text, found) => {
  const all = led(text);

  expect(all).toEqual(found);
});

it('has values of build args, and none of stages that the target does not need', () => {
  expect(led('ARG X=abs\nCOPY $X/f /', { X: 'd' })).toEqual([]);
  expect(led('COPY abs/x /\nFROM scratch\nCOPY d /')).toEqual([]);
});

it.each([
  ['COPY abs/x file ../x /', []],
  ['RUN --mount=type=bind,source=abs,target=/x true', ['out abs']],
  ['RUN --mount=type=bind,source=../x,target=/x true', ['above ../x']],
  ['RUN --mount=from=first,target=/x true', []],
  ['RUN --mount=from=first,source=/,target=/x true', []],
  ['RUN --mount=from=first,source=/var/run,target=/x true', ['stage /var/run']],
  ['RUN --mount=type=cache,from=first,src=x,target=/x true', ['stage x']],
  ['RUN --mount=type=cache,id=abs,target=/x true', []],
  ['RUN --mount=type=cache,id=a/../../x,target=/x true', ['above a/../../x']],
])('buildah copies as Docker does, but binds nothing of the machine: %s', (text, found) => {
  expect(led(text, {}, 'buildah')).toEqual(found);
});
