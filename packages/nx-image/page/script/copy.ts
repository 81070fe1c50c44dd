import { say } from './elements';

const SHOWN_MS = 1500;

export function startCopying(): void {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button.copy') : null;
    const text = button?.previousElementSibling?.textContent;
    if (button !== null && text !== undefined) void copyFrom(button, text);
  });
}

async function copyFrom(button: HTMLButtonElement, text: string): Promise<void> {
  const copied = (await byClipboard(text)) || bySelection(text);
  button.focus();
  button.textContent = copied ? 'Copied' : 'Not copied';
  say(copied ? `Copied ${text}` : `Your browser did not let the page copy ${text}`);
  setTimeout(() => {
    button.textContent = 'Copy';
  }, SHOWN_MS);
}

/** There is no clipboard in pages from plain HTTP, and some browsers have none in files. */
async function byClipboard(text: string): Promise<boolean> {
  const clipboard = (navigator as { readonly clipboard?: Clipboard }).clipboard;
  if (clipboard === undefined) return false;
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function bySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.className = 'unseen';
  document.body.append(area);
  area.select();
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way where there is no clipboard
    return document.execCommand('copy');
  } finally {
    area.remove();
  }
}
