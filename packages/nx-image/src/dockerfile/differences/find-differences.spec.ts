import type { BuilderName } from '../../config/build-config';
import { readDockerfile } from '../read-dockerfile';

const L = (...lines: string[]): string => `${lines.join('\n')}\n`;

function differences(text: string, builder: BuilderName, args: Readonly<Record<string, string>> = {}) {
  const { refusals, notes } = readDockerfile(text, {
    path: 'Dockerfile',
    args: new Map(Object.entries(args)),
    builder,
    platform: { os: 'linux', architecture: 'amd64' },
  });
  return [...refusals.map((one) => ['refused', one] as const), ...notes.map((one) => ['note', one] as const)].map(
    ([kind, { line, column }]) => `${kind} ${line}:${column}`,
  );
}

/** Dockerfile, then what Kaniko and buildah are found to do otherwise. */
const TABLE: readonly (readonly [string, string, readonly string[], readonly string[], Record<string, string>?])[] = [
  ['nothing', L('FROM a', 'RUN x', 'COPY a b', 'CMD ["x"]'), [], []],
  ['--parents', L('FROM a', 'COPY --parents a b'), ['refused 2:6'], ['refused 2:6']],
  ['--parents=false', L('FROM a', 'COPY --parents=false a b'), [], ['refused 2:6']],
  ['--exclude', L('FROM a', 'ADD --exclude=x a b'), ['refused 2:5'], ['refused 2:5']],
  ['in a stage that is not used', L('FROM a', 'COPY --parents a b', 'FROM c'), [], []],
  [
    'in ONBUILD of a stage, once',
    L('FROM a AS x', 'ONBUILD COPY --exclude=x a b', 'FROM x AS y', 'FROM x', 'COPY --from=y /a /b'),
    ['refused 2:14'],
    ['refused 2:14'],
  ],
  [
    '--chmod',
    L('FROM a', 'COPY --chmod=u+x a b', 'COPY --chmod=700 a b', 'COPY --chmod=755 a b'),
    [],
    ['refused 2:6', 'note 3:6'],
  ],
  ['--chown', L('FROM a', 'COPY --chown=app a b', 'COPY --chown=app:app a b', 'COPY --chown=7 a b'), ['note 2:6'], []],
  ['a network', L('FROM a', 'RUN --network=none x', 'RUN --network=host y'), ['refused 2:5'], ['refused 2:5']],
  ['tmpfs', L('FROM a', 'RUN --mount=type=tmpfs,target=/x y'), ['refused 2:5'], []],
  ['ssh', L('FROM a', 'RUN --mount=type=ssh y'), ['refused 2:5'], ['refused 2:5']],
  ['a context that is written to and read', L('FROM a', 'RUN --mount=target=/x,rw y', 'COPY a b'), [], ['refused 2:5']],
  ['a context that is written to last', L('FROM a', 'COPY a b', 'RUN --mount=target=/x,rw y'), [], []],
  ['git', L('FROM a', 'ADD https://x/y.git#v1 /z', 'ADD http://x/y.gitignore /z'), ['refused 2:5'], ['refused 2:5']],
  ['an archive', L('FROM a', 'ADD x.tar.gz /z'), [], ['note 2:5']],
  ['a range of ports', L('FROM a', 'EXPOSE 1 2-3/udp'), ['refused 2:10'], ['refused 2:10']],
  ['a volume written to', L('FROM a', 'VOLUME ["/v"]', 'RUN echo >/v/x'), ['refused 2:1'], ['refused 2:1']],
  ['a volume that programs are run from', L('FROM a', 'VOLUME /v', 'RUN ["/v/ln", "-s", "/v/sh", "/bin/sh"]'), [], []],
  ['a volume linked into', L('FROM a', 'VOLUME /v', 'RUN ["ln", "-s", "x", "/v/y"]'), ['refused 2:1'], ['refused 2:1']],
  [
    'a volume that a script names',
    L('FROM a', 'VOLUME /v', 'RUN ["/v/sh", "-c", "ls /v"]'),
    ['refused 2:1'],
    ['refused 2:1'],
  ],
  [
    'a volume that is copied to',
    L('FROM a', 'VOLUME /v', 'RUN ["cp", "-t", "/v", "x"]'),
    ['refused 2:1'],
    ['refused 2:1'],
  ],
  [
    'a volume that a script runs in',
    L('FROM a', 'WORKDIR /v/w', 'VOLUME /v', 'RUN x'),
    ['refused 3:1'],
    ['refused 3:1'],
  ],
  ['a volume that a copy goes to', L('FROM a', 'VOLUME /v', 'WORKDIR /v', 'COPY x .'), ['refused 2:1'], []],
  ['a volume that a copy goes over', L('FROM a', 'VOLUME /v/w', 'WORKDIR /v', 'COPY . .'), ['note 2:1'], []],
  ['a volume beside which files go', L('FROM a', 'VOLUME /v', 'COPY --from=b /b/x.sh /', 'COPY x /w/'), [], []],
  ['all of it as a volume', L('FROM a', 'VOLUME / //', 'RUN x'), [], []],
  ['a volume that was left', L('FROM a', 'VOLUME /v', 'WORKDIR /v', 'WORKDIR ../w', 'COPY x .', 'RUN x'), [], []],
  [
    'a volume that the stage before was in',
    L('FROM a AS b', 'WORKDIR /v', 'FROM b', 'VOLUME /v', 'RUN x'),
    ['refused 4:1'],
    ['refused 4:1'],
  ],
  ['a volume left alone', L('FROM a', 'VOLUME /v', 'RUN echo > /var/x /v2 /a/v'), [], []],
  ['a whiteout', L('FROM a', 'RUN touch /a/.wh.b', 'RUN x.wh.b'), ['refused 2:1'], ['refused 2:1']],
  ['another frontend', L('# syntax=x/y:1', 'FROM a'), ['refused 1:1'], ['refused 1:1']],
  ['Docker’s frontend', L('# syntax=mirror/docker/dockerfile:1@sha256:0', 'FROM a'), [], []],
  ['another escape', L('# escape=`', 'FROM a', 'ENV A=b\\c', 'RUN a\\b'), ['refused 3:1'], ['refused 3:1']],
  ['MAINTAINER', L('FROM a', 'MAINTAINER me'), ['note 2:1'], []],
  ['the CMD of a stage', L('FROM a AS x', 'CMD ["x"]', 'FROM x', 'ENTRYPOINT ["y"]'), ['refused 4:1'], []],
  ['… that others need', L('FROM a AS x', 'CMD ["x"]', 'FROM x', 'ENTRYPOINT ["y"]', 'COPY --from=x a b'), [], []],
  ['a shell for CMD', L('FROM a', 'SHELL ["b"]', 'CMD x', 'ENTRYPOINT ["x"]'), [], ['refused 3:1']],
  ['a LABEL', L('FROM a', 'ARG V', 'LABEL x=$V'), ['refused 3:1'], [], { V: 'a"b' }],
  ['USER', L('FROM a', 'USER 7', 'RUN x', 'USER 8'), ['note 2:1'], []],
  ['an ARG again', L('ARG V=1', 'FROM a', 'ARG V=2', 'ARG V'), ['refused 4:1'], []],
  ['a default for the platform', L('FROM a', 'ARG TARGETARCH=x'), [], ['refused 2:1']],
  ['ENV and ARG', L('FROM a', 'ENV A=1', 'ARG A=2'), [], ['refused 3:1']],
  [
    'an ARG of the stage before',
    L('FROM a AS x', 'ARG V=1', 'FROM x', 'RUN echo ${V}', 'ARG V', 'RUN $V'),
    [],
    ['refused 4:1'],
  ],
  ['a script', L('FROM a', 'RUN <<E', '#!/bin/x', 'E'), ['refused 2:1'], ['refused 2:1']],
];

test.each(TABLE.map(([title, text, kaniko, buildah, args]) => ({ title, text, kaniko, buildah, args })))(
  '$title',
  ({ text, kaniko, buildah, args }) => {
    expect(differences(text, 'kaniko', args)).toEqual(kaniko);
    expect(differences(text, 'buildah', args)).toEqual(buildah);
  },
);
