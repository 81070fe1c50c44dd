/** https://distribution.github.io/distribution/spec/auth/token/ and RFC 9110, 11.6.1. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined };

const PARAMETER = /^\s*,?\s*([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/i;

/** The challenge that we answer: Bearer where it is offered, else Basic; undefined: neither. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  if (header === undefined) return undefined;
  const bearer = /(?:^|,)\s*bearer\s+(?=[a-z]+\s*=)/i.exec(header);
  if (bearer !== null) {
    const parameters = parseParameters(header.slice(bearer.index + bearer[0].length));
    const realm = parameters.get('realm');
    if (realm !== undefined) return { scheme: 'bearer', realm, service: parameters.get('service') };
  }
  return /(?:^|,)\s*basic(?:\s|,|$)/i.test(header) ? { scheme: 'basic' } : undefined;
}

function parseParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  let rest = text;
  for (let match = PARAMETER.exec(rest); match !== null; match = PARAMETER.exec(rest)) {
    const [whole, name = '', quoted, plain] = match;
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
    rest = rest.slice(whole.length);
  }
  return parameters;
}
