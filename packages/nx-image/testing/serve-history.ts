import { makeHistory, type History } from './branched-history';
import { serveGit, type ServedRepository } from './git-server';

export interface ServedHistory extends ReturnType<typeof serveGit> {
  readonly origin: () => ServedRepository;
  /** Commits by name. */
  readonly history: () => History;
}

/** One repository with a branched history for all tests of a file, at a server that begins each test well-disposed. */
export function serveHistory(): ServedHistory {
  const served = serveGit();
  let made: { readonly origin: ServedRepository; readonly history: History } | undefined;
  beforeAll(() => {
    const origin = served.newRepository();
    made = { origin, history: makeHistory(origin) };
  });
  beforeEach(() => {
    served.server().refuseIds(false);
    served.server().demand(undefined);
    served.server().forget();
  });
  const running = (): NonNullable<typeof made> => {
    if (made === undefined) throw new Error('the history is there in tests only');
    return made;
  };
  return { ...served, origin: () => running().origin, history: () => running().history };
}
