import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageResult, manifestResult, RUN, runResult } from '../../testing/results';
import { resultStore } from './result-store';
import { reportFormats, writeReports } from './write-reports';

test.each([
  [{}, []],
  [{ CI: 'true' }, ['markdown', 'junit', 'html']],
  [{ GITLAB_CI: 'true' }, ['markdown', 'junit', 'html']],
  [{ CI: 'true', HEPHY_REPORT: 'none' }, []],
  [{ CI: 'true', HEPHY_REPORT: '' }, ['markdown', 'junit', 'html']],
  [{ HEPHY_REPORT: 'junit, json' }, ['junit', 'json']],
])('of %j: %j', (env, formats) => {
  expect(reportFormats(env)).toEqual(formats);
});

test('what is no report is named', () => {
  expect(() => reportFormats({ HEPHY_REPORT: 'junit,pdf' })).toThrow('HEPHY_REPORT names "pdf"');
});

test('has the images of the run, and no others', () => {
  const root = mkdtempSync(join(tmpdir(), 'hephy-reports-'));
  try {
    for (const [run, image] of [
      [RUN, 'web'],
      ['ffff', 'bygone'],
    ] as const) {
      const store = resultStore(root, run);
      store.write(manifestResult({ run, image }));
      store.updateImage(imageResult({ image, root: `images/${image}` }));
    }
    writeReports(root, runResult(), { CI: 'true' });
    for (const name of ['report.md', 'report.xml', 'report.html']) {
      const text = readFileSync(join(root, 'dist/hephy', name), 'utf8');
      expect(text).toContain('web');
      expect(text).not.toContain('bygone');
    }
    expect(existsSync(join(root, 'dist/hephy/report.json'))).toBe(false);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
