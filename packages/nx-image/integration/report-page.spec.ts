import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { runPage } from '../src/report/html/run-page';
import { findBrowser, launchBrowser, openPage, type WatchedPage } from '../testing/browser';
import { largeRun } from '../testing/large-run';
import { POISON, poison } from '../testing/poison';

const chromium = findBrowser();
const NARROW = { viewport: { width: 375, height: 812 } };
const TABS = ['Images', 'Timeline', 'FROM graph'] as const;

(chromium === undefined ? describe.skip : describe)('report page in Chromium', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-page-'));
  let browser: Browser;
  const opened: WatchedPage[] = [];
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return pathToFileURL(join(directory, name)).href;
  };
  const pageOf = (images: number): string => {
    const { results, run } = largeRun(images);
    return write(`${images}.html`, runPage(results, { run }));
  };
  const small = pageOf(24);
  const large = pageOf(300);
  const open = async (url: string, options: Parameters<typeof openPage>[2] = {}): Promise<WatchedPage> => {
    const page = await openPage(browser, url, options);
    opened.push(page);
    return page;
  };
  const tab = (page: Page, name: (typeof TABS)[number]) => page.getByRole('tab', { name });
  const focused = async (page: Page): Promise<string> => {
    const element = page.locator(':focus');
    const name = await page.evaluate<string>('document.activeElement.tagName');
    return `${name} ${((await element.textContent()) ?? '').trim().replace(/\s+/g, ' ')}`;
  };
  const styleOf = (page: Page, element: string, property: string) =>
    page.evaluate<string>(`getComputedStyle(${element}).${property}`);

  beforeAll(async () => {
    browser = await launchBrowser(chromium ?? '');
  });
  afterEach(async () => {
    const pages = opened.splice(0);
    await Promise.all(pages.map((page) => page.close()));
    expect(pages.flatMap((page) => page.complaints)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('shows 300 images, the failures first, and asks nobody for anything', async () => {
    const { page, milliseconds } = await open(large);
    const kilobytes = Math.round(statSync(join(directory, '300.html')).size / 1024);
    process.stderr.write(`report page of 300 images: ${kilobytes} KB, open after ${Math.round(milliseconds)} ms\n`);
    expect(kilobytes).toBeLessThan(4096);
    expect(await page.title()).toBe('39 of 300 images not made (run a1b2c3d4)');
    const lines = page.locator('.image > summary');
    expect(await lines.count()).toBe(300);
    expect(await lines.first().innerText()).toMatch(
      /^\S+\s+failed\s+amd64\s+failed\s+arm64\s+failed\s+BUILD_FAILED: the builder ended/,
    );
    await lines.first().click();
    const error = page.locator('.image[open] .error').first();
    for (const text of ['BUILD_FAILED', 'Dockerfile:14:1', 'What to do:', 'error TS2322', 'build-amd64.log'])
      expect(await error.innerText()).toContain(text);
  });

  it('finds images by name, outcome and digest, in every view', async () => {
    const { page } = await open(large);
    const shown = page.locator('#shown');
    await page.keyboard.press('/');
    await page.keyboard.type('rust');
    expect(await shown.innerText()).toBe('27 of 300 images');
    await page.getByRole('button', { name: /failed$/ }).click();
    expect(await shown.innerText()).toBe('1 of 300 images');
    await tab(page, 'Timeline').click();
    expect(await page.locator('#timeline-list li:visible').allInnerTexts()).toEqual([expect.stringContaining('rust')]);
    await tab(page, 'FROM graph').click();
    expect(await page.locator('#graph .node:not(.filtered)').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await shown.innerText()).toBe('300 images');
    const title = await page.locator('.image.built .copyable code').first().textContent();
    await page.getByLabel('Filter').fill(title ?? '');
    expect(await shown.innerText()).toBe('1 of 300 images');
    await page.getByLabel('Filter').fill('no such image');
    expect(await shown.innerText()).toBe('None of 300 images');
    await page.keyboard.press('Escape');
    await tab(page, 'Images').click();
    await page.getByLabel('Sort').selectOption('by name');
    expect(await page.locator('.image h3').first().innerText()).toBe('alpine-base');
  });

  it('draws who is FROM whom, and shows all of it for the selected', async () => {
    const { page } = await open(large);
    await tab(page, 'FROM graph').click();
    const classes = async (name: string) =>
      page
        .locator('#graph .node', { has: page.locator(`title:text("${name}:")`) })
        .first()
        .getAttribute('class');
    await page.locator('#graph .node', { hasText: 'node-22' }).first().click();
    expect(await classes('node-22')).toContain('selected');
    const [parent = ''] = largeRun(300).results.find(({ image }) => image === 'node-22')?.builds[0]?.parents ?? [];
    expect(await classes(parent)).toContain('above');
    expect(await classes('rust')).toBe('node failed');
    const said = await page.locator('#graph-said').innerText();
    expect(said).toMatch(/^node-22: built\. FROM \S+(?:, \S+)*; \d+ images are FROM it\.$/);
    expect(said).toContain(parent);
    expect(await page.locator('#tree [aria-selected=true]').innerText()).toContain('node-22');
    const width = Number(await page.locator('#graph').getAttribute('width'));
    await page.getByRole('button', { name: 'Larger' }).click();
    expect(Number(await page.locator('#graph').getAttribute('width'))).toBeGreaterThan(width);
    await page.getByRole('link', { name: 'Open it in the list' }).click();
    expect(await page.locator('.image[open] h3').allInnerTexts()).toEqual(['node-22']);
    expect(await focused(page)).toMatch(/^SUMMARY node-22/);
  });

  it('goes by keyboard alone, and shows where it is', async () => {
    const { page } = await open(small);
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      return focused(page);
    };
    expect(await press('Tab')).toBe('A Skip to the views');
    expect(await press('Enter')).toMatch(/^MAIN /);
    expect(await press('Shift+Tab')).toBe('A Images');
    expect(await press('ArrowRight')).toBe('A Timeline');
    expect(await press('ArrowLeft', 'ArrowLeft')).toBe('A FROM graph');
    await page.locator('#tree').getByRole('treeitem').first().waitFor();
    expect(await press('Home', 'Tab')).toMatch(/^INPUT/);
    expect(await press('Tab', 'Tab')).toMatch(/^SUMMARY .*failed/);
    await press('Enter');
    expect(await page.locator('.image[open]').count()).toBe(1);
    expect(await styleOf(page, 'document.activeElement', 'outlineStyle')).toBe('solid');
    await tab(page, 'FROM graph').focus();
    await press('Enter');
    const stops: string[] = [];
    for (let stop = 0; stop < 6; stop += 1) stops.push((await press('Tab')).split(' ')[0] ?? '');
    expect(stops).toEqual(['INPUT', 'BUTTON', 'BUTTON', 'BUTTON', 'DIV', 'SPAN']);
    const [first = '', second = ''] = await page.locator('#tree .item').allInnerTexts();
    expect(await focused(page)).toBe(`SPAN ${first.replace(/\s+/g, ' ').trim()}`);
    expect(await press('ArrowDown')).toBe(`SPAN ${second.replace(/\s+/g, ' ').trim()}`);
    await press('Enter');
    expect(await page.locator('#graph .selected').count()).toBe(1);
    await press('ArrowLeft', 'ArrowLeft', 'ArrowLeft');
    expect(await page.locator('#tree .item').first().getAttribute('aria-expanded')).toBe('false');
    expect(await page.locator('#tree .item').nth(1).isVisible()).toBe(false);
    await press('Escape');
    expect(await page.locator('#graph .selected').count()).toBe(0);
  });

  it.each([
    ['by the clipboard', ''],
    ['without one', "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })"],
    ['where it refuses', "navigator.clipboard.writeText = () => Promise.reject(new Error('no'))"],
  ])('copies references %s', async (_, init) => {
    const { page } = await open(small, { init });
    await page.locator('.image.built > summary').first().click();
    const button = page.locator('.image[open] .references .copy').first();
    const reference = await page.locator('.image[open] .references code').first().innerText();
    await button.click();
    await page.getByText('Copied', { exact: true }).waitFor();
    expect(reference).toMatch(/^registry\.example\.com\/platform\/images:/);
    expect(await page.locator('#said').textContent()).toBe(`Copied ${reference}`);
    await page.getByLabel('Filter').focus();
    await page.keyboard.press('Control+V');
    expect(await page.getByLabel('Filter').inputValue()).toBe(reference);
  });

  it('obeys nothing that stands in results', async () => {
    const { results, run } = poison(largeRun(12));
    const { page } = await open(write('poison.html', runPage(results, { run })));
    for (const name of TABS) {
      await tab(page, name).click();
      await page.evaluate('document.querySelectorAll("details").forEach((image) => (image.open = true))');
    }
    await page.locator('#tree .item').first().click();
    const allowed = ['a', 'use'].map((name) => `${name}[href^="#"]`).join();
    expect(await page.locator('img, iframe, object, embed, form, base, style + style').count()).toBe(0);
    expect(await page.locator(`body [href]:not(${allowed}), body [src], body [style]`).count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(
      await page.evaluate(
        '[...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames()).filter((name) => /^on|[^a-z-]/i.test(name.replace("viewBox", "")))',
      ),
    ).toEqual([]);
    expect(await page.evaluate('globalThis.canary')).toBeUndefined();
    expect(await page.locator('.why').first().textContent()).toContain(POISON.slice(0, 40));
  });

  it.each(['light', 'dark'] as const)('has nothing that axe finds wrong, %s', async (colorScheme) => {
    const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    const { page } = await open(pageOf(14), { colorScheme, init: axe });
    // What does not depend on colours is looked at once.
    const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] };
    const wrong = async () => {
      const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(rules)})`);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    };
    await page.locator('.image.failed > summary').first().click();
    await page.locator('.image.built > summary').first().click();
    await page.getByLabel('Filter').fill('e');
    expect(await wrong()).toEqual([]);
    await tab(page, 'Timeline').click();
    expect(await wrong()).toEqual([]);
    await tab(page, 'FROM graph').click();
    await page.locator('#tree .item').nth(2).click();
    expect(await wrong()).toEqual([]);
  });

  it('changes its theme by a button, and keeps it', async () => {
    const { page } = await open(small, { colorScheme: 'light' });
    const ground = () => styleOf(page, 'document.documentElement', 'backgroundColor');
    const light = await ground();
    const button = page.getByRole('button', { name: 'Theme' });
    await button.click();
    await button.click();
    expect(await button.innerText()).toBe('Theme: dark');
    expect(await ground()).not.toBe(light);
    await page.reload();
    expect(await button.innerText()).toBe('Theme: dark');
  });

  it('fits on a screen of 375 points', async () => {
    const { page } = await open(large, NARROW);
    const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
    await page.locator('.image.failed > summary').first().click();
    await page.locator('.image.built > summary').first().click();
    for (const name of TABS) {
      await tab(page, name).click();
      expect([name, await width()]).toEqual([name, 375]);
    }
  });

  it('can be read without a script', async () => {
    const { page } = await open(small, { javaScriptEnabled: false });
    for (const name of TABS) expect(await page.getByRole('heading', { name, exact: true }).isVisible()).toBe(true);
    expect(await page.locator('.toolbar').isVisible()).toBe(false);
    await page.locator('.image.failed > summary').first().click();
    expect(await page.locator('.image[open] pre').first().innerText()).toContain('error TS2322');
    expect(await page.locator('.copy').first().isVisible()).toBe(false);
    expect(await page.locator('#tree a').count()).toBe(24);
  });
});
