import { digestHtml, duration, durationWords, instant, instantWords, size } from './amounts-html';

describe('amounts in a page', () => {
  it.each([
    [-1, '0.0 s'],
    [0, '0.0 s'],
    [0.84, '0.8 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [185.2, '3 min 5 s'],
    [3599.7, '1 h'],
    [3720, '1 h 2 min'],
    [7199, '2 h'],
  ])('says %p seconds as %s', (seconds, words) => {
    expect(durationWords(seconds)).toBe(words);
  });

  it('has the exact value where one points', () => {
    expect(duration(185.2).markup).toBe('<span title="185.200 seconds">3 min 5 s</span>');
    expect(size(2_097_152).markup).toBe('<span title="2097152 bytes">2.10 MB</span>');
    const digest = `sha256:${'0a'.repeat(32)}`;
    expect(digestHtml(digest).markup).toBe(`<code title="${digest}">0a0a0a0a0a0a</code>`);
  });

  it('says an instant in UTC, and leaves what is none', () => {
    expect(instantWords('2026-11-02T04:05:06.789Z')).toBe('2 Nov 2026, 04:05:06 UTC');
    expect(instant('2026-11-02T04:05:06Z').markup).toContain('datetime="2026-11-02T04:05:06Z"');
    expect(instantWords('yesterday')).toBe('yesterday');
  });
});
