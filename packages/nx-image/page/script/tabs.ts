import { byId, stepTo } from './elements';

/** Links to the sections become tabs: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/. Answers what shows the section that an element is in. */
export function startTabs(): (element: Element) => void {
  const list = byId('views');
  const tabs = [...list.querySelectorAll('a')];
  const panels = tabs.map((tab) => byId(tab.hash.slice(1)));
  const select = (index: number): void => {
    for (const [at, tab] of tabs.entries()) {
      tab.setAttribute('aria-selected', String(at === index));
      tab.tabIndex = at === index ? 0 : -1;
      const panel = panels[at];
      if (panel !== undefined) panel.hidden = at !== index;
    }
    document.documentElement.dataset.view = panels[index]?.id ?? '';
  };
  list.setAttribute('role', 'tablist');
  for (const [at, tab] of tabs.entries()) {
    const panel = panels[at];
    tab.setAttribute('role', 'tab');
    tab.id = `tab-${tab.hash.slice(1)}`;
    tab.setAttribute('aria-controls', panel?.id ?? '');
    panel?.setAttribute('role', 'tabpanel');
    panel?.setAttribute('aria-labelledby', tab.id);
    tab.addEventListener('click', (event) => {
      event.preventDefault();
      history.replaceState(null, '', tab.hash);
      select(at);
    });
    tab.addEventListener('keydown', (event) => {
      if (event.key === ' ') {
        event.preventDefault();
        tab.click();
      }
      const next = stepTo(event.key, at, tabs.length, 'ArrowLeft', 'ArrowRight');
      if (next === undefined) return;
      event.preventDefault();
      tabs[next]?.focus();
      tabs[next]?.click();
    });
  }
  select(0);
  return (element) => {
    const index = panels.findIndex((panel) => panel.contains(element));
    if (index >= 0) select(index);
  };
}
