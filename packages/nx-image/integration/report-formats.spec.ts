import { spawnSync } from 'node:child_process';
import { junitReport } from '../src/report/junit/junit-report';
import { markdownReport } from '../src/report/markdown/markdown-report';
import { printableLine } from '../src/report/printable';
import { buildResult, imageResult, manifestResult, prepareResult, runResult } from '../testing/results';

const HOSTILE = [
  '| a \\| b \\\\| c |',
  'cell\n| --- | --- |\n| x | y |',
  '`one` ``two`` ````four````',
  '</code></td></table></details></pre><script>alert(1)</script>',
  '@octocat and team @org/team, #1, !2, :tada:, a@example.com',
  'https://evil.example/x www.evil.example [a](javascript:alert(1)) ![b](https://evil.example/c.png)',
  '**bold** __bold__ ~~gone~~ # heading\n# heading\n- list\n> quote\n---',
  ']]> <![CDATA[ <!-- --> &lt; &#0; &bogus; <?php ?>',
  '\u0000\u0001\u0008\u000b\u001b[31mred\u001b[0m\u007f\u0085 \u202eright to left\u2066',
  `half \ud800 of \udc00 one, and \ufffe \uffff`,
  '```\nfence\n``````\n</details>',
  '   leading, trailing   ',
  '\\',
];

const results = HOSTILE.flatMap((text, index) => {
  const error = {
    code: 'BUILD_RUN_FAILED',
    message: text,
    where: text,
    hint: text,
    output: [text, ...HOSTILE],
    log: text,
  };
  const name = `${index} ${text}`;
  return [
    imageResult({
      ...{ image: name, root: text, repository: text },
      builds: [
        buildResult({ reason: text, notes: [text] }),
        buildResult({ platform: text, outcome: 'failed', reason: text, error }),
      ],
      manifest: manifestResult({
        ...{ outcome: 'skipped', reason: text, versionTag: text, notes: [text] },
        tags: [{ tag: text, state: 'written' }],
      }),
    }),
    imageResult({ image: `${name}-unprepared`, prepare: prepareResult({ outcome: 'failed', error }) }),
  ];
});
const bad = { code: 'REGISTRY_DENIED', message: HOSTILE.join('\n'), output: [...HOSTILE] };
const run = runResult({ commit: '</code>|`', repository: HOSTILE.join(' '), errors: [bad] });

describe('the Markdown report', () => {
  const html = pipe('cmark-gfm', ['--unsafe', '-e', 'table', '-e', 'autolink', '-e', 'strikethrough'], {
    input: markdownReport(results, { run }),
  });

  test('has no markup but its own', () => {
    const tags = new Set(html.replaceAll('<!-- -->', '').match(/<\/?[a-z!][^>\s]*/gi));
    const own = 'h2 p br ul li strong table thead tbody tr th td code pre details summary'.split(' ');
    expect([...tags].filter((tag) => !own.includes(tag.replace(/^<\/?/, '')))).toEqual([]);
  });

  test('has a row of seven cells for each outcome of an image', () => {
    const rows = html.match(/<tr>.*?<\/tr>/gs) ?? [];
    expect(rows).toHaveLength(1 + HOSTILE.length * 4);
    for (const row of rows) expect(row.match(/<t[hd][ >]/g)).toHaveLength(7);
  });

  test('shows what was said, and as code, where no forge looks for names', () => {
    const codes = (html.match(/<code[^>]*>.*?<\/code>/gs) ?? []).map((one) => decode(one.replace(/<[^>]+>/g, '')));
    for (const text of HOSTILE) {
      expect(codes).toContain(printableLine(text).replace(/\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd'));
    }
    const outside = html.replace(/<code[^>]*>.*?<\/code>/gs, '');
    expect(outside).not.toMatch(/octocat|evil|alert|org\/team/);
  });

  test('is never larger than the summary of a step may be, and says so', () => {
    const output = Array.from({ length: 200 }, () => '😀`'.repeat(1000));
    const error = { code: 'BUILD_RUN_FAILED', message: 'x', output };
    const many = Array.from({ length: 400 }, (_, index) =>
      imageResult({ image: `image-${index}`, builds: [buildResult({ outcome: 'failed', error })] }),
    );
    const report = markdownReport(many);
    expect(Buffer.byteLength(report)).toBeLessThanOrEqual(1_000_000);
    expect(report).toContain('This is cut at 1000000 bytes');
    for (const { image } of many) expect(report).toContain(`| <code>${image}</code> |`);
    expect(report.match(/<details>/g)?.length).toBe(report.match(/<\/details>/g)?.length);
  });
});

describe('the JUnit report', () => {
  const xml = junitReport(results, { run });
  const ask = (path: string) => pipe('xmllint', ['--xpath', path, '-'], { input: xml }).replace(/\n$/, '');

  test('is well-formed', () => {
    expect(pipe('xmllint', ['--noout', '-'], { input: xml })).toBe('');
  });

  test('counts what it has', () => {
    for (const [attribute, element] of [
      ['tests', 'testcase'],
      ['failures', 'testcase/failure'],
      ['skipped', 'testcase/skipped'],
      ['errors', 'testcase/error'],
    ]) {
      expect(ask(`string(/testsuites/@${attribute})`)).toBe(ask(`string(count(//${element}))`));
      expect(ask(`string(sum(//testsuite/@${attribute}))`)).toBe(ask(`string(count(//${element}))`));
    }
    expect(ask('string(count(//testcase))')).toBe(String(1 + HOSTILE.length * 4));
  });

  test('gives no two cases one name, or readers would show one of them', () => {
    const names = pipe('xmllint', ['--xpath', '//testcase/@name', '-'], { input: xml });
    const all = names.trim().split(/ name=/);
    expect(new Set(all).size).toBe(all.length);
  });

  test('says in the text of a failure all that is known of it', () => {
    const one = junitReport([
      imageResult({
        builds: [
          buildResult({
            outcome: 'failed',
            error: {
              code: 'BUILD_RUN_FAILED',
              message: 'no ]]> <b>',
              where: 'a:1',
              hint: 'b',
              output: ['c & d'],
              log: 'l',
            },
          }),
        ],
      }),
    ]);
    expect(pipe('xmllint', ['--xpath', 'string(//failure)', '-'], { input: one })).toBe(
      'BUILD_RUN_FAILED a:1: no ]]> <b>\nb\n\nc & d\n\nlog: l\n',
    );
    expect(pipe('xmllint', ['--xpath', 'string(//failure/@message)', '-'], { input: one })).toBe(
      'failed: no ]]> <b>\n',
    );
  });
});

function pipe(program: string, args: readonly string[], { input }: { readonly input: string }): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error !== undefined || status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
  return stdout;
}

function decode(html: string): string {
  const numbers = html.replace(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)));
  return numbers.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
