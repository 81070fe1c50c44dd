import { endLine, progressLine } from './progress-text';

const plain = { color: false, width: 80 };

describe('progressLine', () => {
  const build = {
    image: 'web',
    platform: 'linux/arm64',
    progress: { step: 3, steps: 7, what: 'RUN make install' },
    seconds: 12.3,
  };

  it('says which build, at which step, for how long', () => {
    expect(progressLine(build, plain)).toBe('web linux/arm64  3/7 RUN make install  12s');
  });

  it('leaves out what is not known', () => {
    expect(progressLine({ image: 'web', seconds: 0 }, plain)).toBe('web  started  0.0s');
    expect(progressLine({ ...build, progress: { step: 3, what: 'COPY . /' } }, plain)).toBe(
      'web linux/arm64  3 COPY . /  12s',
    );
  });

  it('cuts the instruction, not what is around it', () => {
    const line = progressLine(build, { ...plain, width: 36 });
    expect(line).toBe('web linux/arm64  3/7 RUN make …  12s');
    expect(line).toHaveLength(36);
    expect(progressLine(build, { ...plain, width: 10 })).toBe('web linux/arm64  3/7  12s');
  });

  it('stays one line', () => {
    const what = 'RUN <<EOF\n  echo a\n\u001b[2Jb\nEOF';
    expect(progressLine({ ...build, progress: { what } }, plain)).toBe(
      'web linux/arm64  RUN <<EOF echo a \\x1b[2Jb EOF  12s',
    );
  });
});

describe('endLine', () => {
  it('says what came of it', () => {
    expect(endLine({ image: 'web', platform: 'linux/arm64', outcome: 'built', seconds: 12 }, plain)).toBe(
      'web linux/arm64  built  12s',
    );
    expect(
      endLine(
        { image: 'web', outcome: 'skipped', reason: 'base was not built', code: 'PARENT_NOT_BUILT', seconds: 0 },
        plain,
      ),
    ).toBe('web  skipped PARENT_NOT_BUILT: base was not built  0.0s');
  });

  it('colours only when asked', () => {
    expect(endLine({ image: 'web', outcome: 'failed', seconds: 1 }, { color: true })).toContain(
      '\u001b[31mfailed\u001b[39m',
    );
  });
});
