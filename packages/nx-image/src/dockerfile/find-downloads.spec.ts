import { pinDockerfile } from './pin-dockerfile';
import { readDockerfile } from './read-dockerfile';

const SUM = `sha256:${'1a'.repeat(32)}`;
const read = (text: string, builder: 'kaniko' | 'buildah' = 'kaniko') =>
  readDockerfile(text, { path: 'Dockerfile', args: new Map(), builder });

describe('ADD --checksum', () => {
  it('is found in used stages, and becomes a COPY of what was verified', () => {
    const text = [
      'FROM scratch AS base',
      `ADD --checksum=${SUM} \\`,
      '    # the smallest init',
      '    --chown=0:0 --chmod=555 \\',
      '    https://example.com/v0.19.0/tini-static-amd64?x=1 \\',
      '    /kaniko/tini',
      'FROM scratch AS unused',
      `ADD --checksum=${SUM} https://example.com/other /`,
      'FROM base',
      `  add --link --checksum=${SUM} http://example.com/a/b.tar.gz /opt/`,
    ].join('\n');
    const dockerfile = read(text);
    expect(dockerfile.refusals).toEqual([]);
    expect(dockerfile.downloads).toMatchObject([
      { url: 'https://example.com/v0.19.0/tini-static-amd64?x=1', digest: SUM, name: 'tini-static-amd64', line: 2 },
      { url: 'http://example.com/a/b.tar.gz', digest: SUM, name: 'b.tar.gz', line: 10 },
    ]);
    expect(
      pinDockerfile(
        dockerfile,
        () => undefined,
        ({ name }) => `r/i@${name.length}`,
      ),
    ).toBe(
      [
        'FROM scratch AS base',
        'COPY --from=r/i@17 \\',
        '    # the smallest init',
        '    --chown=0:0 --chmod=555 \\',
        '    /tini-static-amd64 \\',
        '    /kaniko/tini',
        'FROM scratch AS unused',
        `ADD --checksum=${SUM} https://example.com/other /`,
        'FROM base',
        '  COPY --link --from=r/i@8 /b.tar.gz /opt/',
      ].join('\n'),
    );
  });

  it.each([
    ['a variable', `ADD --checksum=${SUM} https://example.com/$V /x`, 'is written with variables, quotes or escapes'],
    ['a list', `ADD --checksum=${SUM} ["https://example.com/x", "/x"]`, 'is written with variables, quotes or escapes'],
    ['two addresses', `ADD --checksum=${SUM} https://a/b https://a/c /x/`, 'has not one address and one place'],
    ['a file', `ADD --checksum=${SUM} x /x`, 'is given x, which names no file'],
    ['git', `ADD --checksum=${SUM} git@example.com:x.git /x`, 'which names no file'],
    ['a directory', `ADD --checksum=${SUM} https://example.com/x/ /x`, 'which names no file'],
    ['a pattern', `ADD --checksum=${SUM} https://example.com/a*b /x`, 'which names no file'],
    ['another sum', `ADD --checksum=sha512:${'1'.repeat(128)} https://a/b /x`, 'which is no sha256 sum'],
    ['what COPY has not', `ADD --unpack --checksum=${SUM} https://a/b /x`, 'ADD has both --checksum and --unpack'],
  ])('is refused with %s, for every builder', (_what, line, message) => {
    for (const builder of ['kaniko', 'buildah'] as const) {
      expect(read(`FROM a\n${line}`, builder).refusals).toMatchObject([
        { line: 2, what: expect.stringContaining(message) as string },
      ]);
    }
  });

  it('is refused in ONBUILD that is carried out here, and left alone where it is not', () => {
    const stage = `FROM a AS b\nONBUILD ADD --checksum=${SUM} https://a/b /x`;
    expect(read(`${stage}\nFROM b`).refusals).toMatchObject([{ line: 2 }]);
    const alone = read(stage);
    expect([alone.refusals, alone.downloads]).toEqual([[], []]);
  });
});
