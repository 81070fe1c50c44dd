import { HephyError } from '../../errors/hephy-error';
import { formatRepository, type Repository } from '../../oci/reference';
import { parseJsonObject } from '../json-object';
import type { Ask } from './ask';
import type { Answer } from './exchange';

const PAGE_LIMIT = 16 * 1024 * 1024;
const MAX_PAGES = 10_000;

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
export async function listTags(ask: Ask, repository: Repository): Promise<readonly string[] | undefined> {
  const tags: string[] = [];
  let query = '?n=1000';
  for (let page = 0; page < MAX_PAGES; page++) {
    const resource = `tags/list${query}`;
    const answer = await ask(repository, 'pull', { method: 'GET', resource, limit: PAGE_LIMIT });
    if (answer.status === 404 && page === 0) return undefined;
    if (answer.status === 404) {
      throw new HephyError(
        'REGISTRY_ERROR',
        `the list of tags of ${formatRepository(repository)} breaks off (HTTP 404)`,
        {
          hint: 'The repository was deleted meanwhile, or the registry does not find its own next page. Try again.',
        },
      );
    }
    tags.push(...readTags(answer, repository));
    const next = nextQuery(answer);
    if (next === undefined || next === query) return tags;
    query = next;
  }
  throw new HephyError('REGISTRY_ERROR', `the list of tags of ${formatRepository(repository)} does not end`);
}

function readTags(answer: Answer, repository: Repository): readonly string[] {
  const answered = parseJsonObject(answer.body);
  // Go writes an empty list as null.
  const tags = 'tags' in answered || 'name' in answered ? (answered.tags ?? []) : undefined;
  if (!Array.isArray(tags)) {
    throw new HephyError('REGISTRY_ERROR', `the list of tags of ${formatRepository(repository)} is not one`);
  }
  return tags.filter((tag) => typeof tag === 'string');
}

/** The query of `Link: <…>; rel="next"`; where it leads to is known: registries behind proxies get their own host wrong. */
function nextQuery(answer: Answer): string | undefined {
  const links = answer.headers.link;
  const link = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(typeof links === 'string' ? links : '');
  if (link?.[1] === undefined || !URL.canParse(link[1], answer.url.href)) return undefined;
  return new URL(link[1], answer.url).search;
}
