import { checkRepository } from '../../config/check-upstream';

export type SubmoduleAddress = { readonly address: string } | { readonly what: string };

const URL_LIKE = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]+\/)(.*)$/s;
const SCP_LIKE = /^([^@/:]+@(?:[^/:[]+|\[[^\]]+\]):)(.*)$/s;
/** As a part of a path, written plainly or encoded: behind `insteadOf` it would lead anywhere on a mirror's disk. */
const DOTS = /(?:^|[/:])(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * The address that a submodule's `url` means: relative ones (`../name.git`) are from the superproject's, as in git; all must be such as `upstream_repo` may be.
 * https://git-scm.com/docs/git-submodule#Documentation/git-submodule.txt-addbbranchltbranchgtfltpathgt
 */
export function submoduleAddress(superproject: string, url: string): SubmoduleAddress {
  const address = /^\.\.?\//.test(url) ? resolve(superproject, url) : url;
  if (address === undefined) return { what: 'it leads above the superproject’s host' };
  const complaint = checkRepository(address);
  if (complaint !== undefined) return { what: complaint.what };
  if (DOTS.test(address.replace(/^[A-Za-z0-9+.-]+:\/\/[^/]*/, ''))) return { what: 'its path holds `..`' };
  return { address: address.replace(/\/+$/, '') };
}

function resolve(superproject: string, url: string): string | undefined {
  const [, host, path] = URL_LIKE.exec(superproject) ?? SCP_LIKE.exec(superproject) ?? [];
  if (host === undefined || path === undefined) return undefined;
  const parts = path.split('/').filter((part) => part !== '');
  let rest = url;
  for (;;) {
    if (rest.startsWith('./')) rest = rest.slice(2);
    else if (rest.startsWith('../')) {
      if (parts.pop() === undefined) return undefined;
      rest = rest.slice(3);
    } else return `${host}${[...parts, rest].join('/')}`;
  }
}
