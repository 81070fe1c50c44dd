import { respond, type Call } from './call';
import { SpecError } from './spec-error';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
export async function sendTags(call: Call, name: string): Promise<void> {
  const tags = await call.store.listTags(name);
  if (tags === undefined) throw new SpecError(404, 'NAME_UNKNOWN', `there is no repository ${name}`);
  const last = call.query.get('last');
  const rest = last === null ? tags : tags.filter((tag) => tag > last);
  const asked = call.query.get('n');
  if (asked !== null && !/^\d{1,9}$/.test(asked)) {
    throw new SpecError(400, 'PAGINATION_NUMBER_INVALID', 'n is a number of tags');
  }
  const page = asked === null ? rest : rest.slice(0, Number(asked));
  const end = page.at(-1);
  const link =
    end === undefined || page.length === rest.length
      ? {}
      : { link: `</v2/${name}/tags/list?n=${page.length}&last=${encodeURIComponent(end)}>; rel="next"` };
  respond(call, 200, { 'content-type': 'application/json', ...link }, JSON.stringify({ name, tags: page }));
}
