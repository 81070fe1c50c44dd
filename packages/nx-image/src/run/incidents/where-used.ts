import type { Image } from '../../config/build-config';
import { additionalTag } from '../../plan/tags';
import type { WhereUsed } from '../../report/where-used';
import type { RunContext } from '../run-context';
import { findUses } from './find-uses';
import { readQuestion } from './read-question';
import { readVersions, type ReadVersionsInput } from './read-versions';

/** Which published versions stand on what is asked for. @throws HephyError OPTIONS_INVALID, and those of the registry */
export async function whereUsed(
  context: Pick<RunContext, 'registry' | 'facts' | 'signal'>,
  images: readonly Image[],
  asked: string,
  input: ReadVersionsInput,
): Promise<WhereUsed> {
  const known = images.map((image) => ({
    name: image.name,
    tags: image.config.additionalTags.map(({ name }) => additionalTag({ scope: undefined }, image.name, name)),
  }));
  // What is no question is said before anything is asked.
  readQuestion(asked, { repository: context.facts.repository, images: known, versions: [] });
  const look = async (current: boolean) => {
    const { versions, silent, read } = await readVersions(context, { ...input, current });
    const question = readQuestion(asked, { repository: context.facts.repository, images: known, versions });
    return { versions, silent, read, subject: question.subject, ...findUses(versions, question) };
  };
  const found = await look(input.current);
  const answer = { version: 1, asked, current: input.current } as const;
  const { versions, silent, read } = found;
  if (!input.current || (found.lost.length === 0 && found.uses.length > 0)) {
    return { ...answer, subject: found.subject, uses: found.uses, read, silent, lost: found.lost };
  }
  // What the last versions stand on, or what is asked for, may be a version that is not the last.
  const { subject, uses, lost } = await look(false);
  const currents = new Set(versions.map(({ version }) => version));
  return {
    ...{ ...answer, subject, read, silent },
    uses: uses.filter(({ version }) => currents.has(version)),
    lost: lost.filter((version) => currents.has(version)),
  };
}
