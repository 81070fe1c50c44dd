import { doctorFailed, doctorText } from './doctor-text';
import type { Finding } from './finding';

const FINDINGS: readonly Finding[] = [
  { check: 'git', verdict: 'ok', what: 'git 2.39.5' },
  {
    check: 'registry push',
    verdict: 'failed',
    what: 'the registry said \u001b[31mno\u0007 to one that is long enough for a second line',
    details: ['one', 'two'],
    mend: 'Ask somebody who is as patient as this sentence is long.\nOr another.',
  },
  { check: 'clock', verdict: 'not known', what: 'who knows' },
];

test('says what is, and how to mend it', () => {
  expect(doctorText(FINDINGS, { width: 70, color: false })).toBe(
    `ok         git            git 2.39.5
failed     registry push  the registry said no\\x07 to one that is long
                          enough for a second line
                          one
                          two
                          → Ask somebody who is as patient as this
                            sentence is long.
                          → Or another.
not known  clock          who knows

1 failed, 1 not known, 1 ok`,
  );
});

test('colour changes nothing but colour', () => {
  const coloured = doctorText(FINDINGS, { width: 70, color: true });
  // eslint-disable-next-line no-control-regex -- colours begin with a control character
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(doctorText(FINDINGS, { width: 70, color: false }));
});

test('only what has failed is a failure', () => {
  expect(doctorFailed(FINDINGS)).toBe(true);
  expect(doctorFailed(FINDINGS.filter(({ verdict }) => verdict !== 'failed'))).toBe(false);
});
