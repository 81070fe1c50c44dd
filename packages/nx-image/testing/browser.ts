import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findOnPath } from './external-tools';

/** Chromium or what is made of it: named by `HEPHY_TEST_CHROMIUM`, or as distributions call it. undefined: this machine has none. */
export function findBrowser(): string | undefined {
  const named = process.env.HEPHY_TEST_CHROMIUM;
  if (named !== undefined && named !== '') return named;
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(findOnPath).find(Boolean);
}

/** Without its sandbox, which needs more than root in a container has. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, chromiumSandbox: false, timeout: 150_000 });
}

export interface WatchedPage {
  readonly page: Page;
  /** What the page complained of, and what it asked anybody for but itself. */
  readonly complaints: readonly string[];
  /** Milliseconds until it was there. */
  readonly milliseconds: number;
  close(): Promise<void>;
}

/** @param init a script that runs in the page before its own */
export async function openPage(
  browser: Browser,
  url: string,
  { init, ...options }: BrowserContextOptions & { readonly init?: string } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const asked = request.url();
    if (asked.split('#')[0] !== url.split('#')[0] && !asked.startsWith('data:')) complaints.push(`request: ${asked}`);
  });
  if (init !== undefined) await page.addInitScript(init);
  const begun = performance.now();
  await page.goto(url);
  return { page, complaints, milliseconds: performance.now() - begun, close: () => context.close() };
}
