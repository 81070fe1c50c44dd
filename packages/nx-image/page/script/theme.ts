import { byId } from './elements';

const THEMES = ['automatic', 'light', 'dark'] as const;
const KEY = 'hephy-theme';

export function startTheme(): void {
  const button = byId('theme');
  let theme = remembered();
  const show = (): void => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  show();
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'automatic';
    remember(theme);
    show();
  });
}

/** Files may have no storage, and a browser may be told to keep none. */
function remembered(): (typeof THEMES)[number] {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === kept) ?? 'automatic';
  } catch {
    return 'automatic';
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds until the page is closed.
  }
}
