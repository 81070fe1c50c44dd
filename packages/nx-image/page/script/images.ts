/** A link to an image, in this page or into it, opens it where it is; a link to a section shows that. */
export function startImages(show: (element: Element) => void, unfilter: () => void): void {
  const follow = (): void => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target === null || !document.querySelector('main')?.contains(target)) return;
    show(target);
    if (!(target instanceof HTMLDetailsElement)) return;
    if (target.hidden) unfilter();
    target.open = true;
    target.scrollIntoView({ block: 'start' });
    target.querySelector('summary')?.focus({ preventScroll: true });
  };
  addEventListener('hashchange', follow);
  // The same link again changes nothing in the address.
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link?.hash.startsWith('#image-') === true && link.hash === location.hash) follow();
  });
  follow();
}
