import type { Complaint } from './problem';
import { quoted } from './quoted';

const MAX_LENGTH = 2048;

const HINT = 'Write an address as `https://github.com/owner/name` or `git@host:owner/name.git`.';
const SECRET_HINT =
  'Take them out and revoke them: whoever reads this repository has them. Give git the credentials by its own configuration, as a credential helper.';

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const SCP_LIKE = /^([^@/:]+)@([^/:]+|\[[0-9A-Fa-f:.]+\]):(.*)$/s;

/**
 * What is wrong with an address that git is to fetch from. https, http, ssh, git and `user@host:path`; nothing that makes git
 * start a program (`ext::`) or read this machine (`file:`, paths), and no credentials: this file is in git.
 * Addresses with credentials are never repeated in the message.
 */
export function checkRepository(address: string): Complaint | undefined {
  if (address.length > MAX_LENGTH) return invalid(`the address is longer than ${MAX_LENGTH} characters`, HINT);
  if (/[\s\p{Cc}]/u.test(address)) return invalid('the address holds white space', HINT);
  if (address.startsWith('-')) return invalid('the address begins with `-`, as options do', HINT);
  if (/^[A-Za-z0-9+.-]+::/.test(address)) {
    return invalid('an address with `::` makes git start a program', HINT);
  }
  const url = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(address);
  if (url !== null) return checkUrl(url[1] ?? '', url[2] ?? '');
  const scp = SCP_LIKE.exec(address);
  if (scp !== null) return checkParts(scp[1], scp[2] ?? '', '', scp[3] ?? '');
  if (/^file:/i.test(address) || /^[./~]/.test(address)) {
    return invalid(
      'a path of this machine is no upstream repository',
      `${HINT} Files of this repository need no \`upstream_repo\`.`,
    );
  }
  if (address.includes('@')) return invalid('the address is none that git fetches from', HINT);
  return invalid(`${quoted(address)} is no address that git fetches from`, HINT);
}

function checkUrl(scheme: string, rest: string): Complaint | undefined {
  if (!['https', 'http', 'ssh', 'git'].includes(scheme)) {
    return invalid(`\`${scheme}:\` is not fetched from: https, http, ssh and git are`, HINT);
  }
  const slash = rest.search(/[/?#]/);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : authority.slice(0, at);
  if (user !== undefined && (scheme !== 'ssh' || user.includes(':'))) {
    return invalid('the address holds credentials', SECRET_HINT);
  }
  if (/[?&][^=&]*(?:token|secret|passw|key|auth|sig)[^=&]*=/i.test(path)) {
    return invalid('the address holds credentials', SECRET_HINT);
  }
  if (path.includes('#'))
    return invalid('the address has a part behind `#`', 'Name the tag, branch or commit in `upstream_ref`.');
  const [, host = '', port = ''] = /^(.*?)(?::(\d*))?$/s.exec(authority.slice(at + 1)) ?? [];
  return checkParts(user, host, port, path.replace(/^\/+/, ''));
}

function checkParts(user: string | undefined, host: string, port: string, path: string): Complaint | undefined {
  if (user !== undefined && !USER.test(user)) return invalid("the user's name in the address is none", HINT);
  if (!HOST.test(host)) return invalid(`${quoted(host)} is no host`, HINT);
  if (port !== '' && (Number(port) < 1 || Number(port) > 65535)) return invalid(`${quoted(port)} is no port`, HINT);
  if (/^\/*$/.test(path)) return invalid('the address names a host but no repository', HINT);
  if (path.startsWith('-')) return invalid("the repository's path begins with `-`, as options do", HINT);
  return undefined;
}

function invalid(what: string, hint: string): Complaint {
  return { what, hint, code: 'UPSTREAM_URL_INVALID' };
}

/** What is wrong with a tag, branch or commit: https://git-scm.com/docs/git-check-ref-format, one level allowed. */
export function checkRef(ref: string): Complaint | undefined {
  const hint = 'Write a tag, a branch or a commit, as `v1.25.3`.';
  if (ref.startsWith('-')) return { what: `${quoted(ref)} begins with \`-\`, as options do`, hint };
  if (ref.length > 250) return { what: 'the ref is longer than 250 characters', hint };
  if (/[\s\p{Cc}]/u.test(ref)) return { what: 'a ref holds no white space', hint };
  const bad =
    /[~^:?*[\\]|\.\.|@\{|\/\/|^\/|[/.]$|^@$/.test(ref) ||
    ref.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock'));
  return bad ? { what: `${quoted(ref)} is no ref that git allows`, hint } : undefined;
}
