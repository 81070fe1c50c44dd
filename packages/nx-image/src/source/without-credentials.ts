/** A repository's address without user, password and query; of ssh the user stays, it is `git` and no secret. */
export function withoutCredentials(address: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return address;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return address.replace(/^([^:]+:\/\/)[^/]*@/, '$1'); // git takes more than a URL may be
  }
  if (scheme !== 'ssh' && scheme !== 'git+ssh') url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}
