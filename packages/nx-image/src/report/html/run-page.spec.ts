import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { largeRun } from '../../../testing/large-run';
import { POISON, poison } from '../../../testing/poison';
import { buildResult, digestOf, imageResult, manifestResult, runResult } from '../../../testing/results';
import { SCRIPT } from './page-parts';
import { runPage } from './run-page';

const ERROR = { code: 'REGISTRY_UNREACHABLE', message: 'no registry', hint: 'start it', output: [] };
const tags = (page: string) => page.replace(/<(script|style)>[^]*?<\/\1>/g, '').match(/<[^>]*>/g) ?? [];

describe('runPage', () => {
  const { results, run } = largeRun(40);
  const page = runPage(results, { run });

  it('makes the same bytes of the same results', () => {
    expect(runPage([...results].reverse(), { run })).toBe(page);
  });

  it('allows its own script and style by their hashes, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const hashes = [...page.matchAll(/<(?:script|style)>([^]*?)<\/(?:script|style)>/g)].map(([, text = '']) =>
      createHash('sha256').update(text).digest('base64'),
    );
    expect(hashes).toHaveLength(2);
    for (const hash of hashes) expect(policy).toContain(`&#39;sha256-${hash}&#39;`);
    expect(policy).toMatch(/^default-src &#39;none&#39;; /);
    expect(policy).not.toContain('unsafe');
    expect(page).not.toMatch(/ (?:src|style|on\w+)=|href="(?!#|data:,")/);
    expect(page.match(/https?:/g)).toBeNull();
  });

  it('has the same tags whatever stands in results', () => {
    const shape = (text: string) => tags(text).map((tag) => tag.replace(/"[^"]*"/g, '""'));
    const poisoned = poison({ results, run });
    const text = runPage(poisoned.results, { run: poisoned.run });
    expect(text).not.toContain('<img');
    expect(new Set(shape(text))).toEqual(new Set([...shape(page)]));
    expect(text.split(SCRIPT)).toHaveLength(2);
    expect(text).toContain(POISON.slice(4, 9).replace('<', '&lt;').replace('>', '&gt;'));
  });

  it('lets no text out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const result = imageResult({
          image: text,
          root: text,
          repository: text,
          builds: [
            buildResult({
              image: text,
              reason: text,
              notes: [text],
              tags: [text],
              parents: [text],
              error: { code: text, message: text, where: text, hint: text, output: [text], log: text },
            }),
          ],
          manifest: manifestResult({ reason: text, tags: [{ tag: text, state: 'fixed' }], versionTag: text }),
        });
        const unnamed = runPage([result], { run: runResult({ run: text }) }).replaceAll(SCRIPT, '');
        for (const tag of tags(unnamed))
          expect(tag).toMatch(/^<(?:!doctype html|\/[a-z\d]+ ?|[a-z\d]+(?: [\w-]+(?:="[^"<>]*")?)* ?\/?)>$/i);
      }),
      { numRuns: 40 },
    );
  });

  it('says what kept a run from beginning', () => {
    const text = runPage([], { run: runResult({ errors: [ERROR] }) });
    expect(text).toContain('<title>The run could not begin (run a1b2c3d4)</title>');
    for (const part of ['REGISTRY_UNREACHABLE', 'no registry', 'start it', 'Nothing was built here yet'])
      expect(text).toContain(part);
  });

  it('says what goes on, and what nobody published', () => {
    const text = runPage([imageResult({ builds: [buildResult()] })], { run: runResult() });
    expect(text).toContain('<title>1 image, nothing failed so far (run a1b2c3d4)</title>');
    expect(text).toContain('was not ended when this was written, or was killed');
    expect(text).toContain('not published');
    const ended = runPage([imageResult({ manifest: manifestResult() })], {
      run: runResult({ ended: '2026-11-22T10:01:00.000Z' }),
    });
    expect(ended).toContain('<title>1 image, nothing failed (run a1b2c3d4)</title>');
    expect(ended).not.toContain('not published');
  });

  it('says what is of an earlier run, what tags stay, and what is shared', () => {
    const old = imageResult({
      image: 'old',
      run: 'f00',
      builds: [buildResult({ started: '2026-11-01T00:00:00.000Z', shared: { layers: 1, bytes: 2000 } })],
      manifest: manifestResult({
        started: '2026-11-01T00:00:01.000Z',
        tags: [{ tag: 'old-v1', state: 'fixed', digest: digestOf('ab') }],
      }),
    });
    const text = runPage([old, imageResult({ builds: [buildResult()] })]);
    expect(text).toContain('earlier run');
    expect(text).toContain('old-v1 at abababababab: it is fixed, and a fixed tag is never overwritten');
    expect(text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ')).toContain('1 layer, 2.00 kB as in the last version');
    expect(text).toContain('Not drawn: 1 image that this run did not touch.');
  });
});
