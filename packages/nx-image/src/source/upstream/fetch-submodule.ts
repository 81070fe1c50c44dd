import { quoted } from '../../config/quoted';
import { HephyError } from '../../errors/hephy-error';
import { redact } from '../../errors/redact';
import { fetchCommit } from './fetch-commit';
import type { DeclaredSubmodule } from './read-gitmodules';
import type { CommitAccess } from './read-tree';
import { findRefOf } from './resolve-ref';
import { submoduleAddress } from './submodule-address';

/** A commit in the store, and where it came from. */
export interface UpstreamCommit extends CommitAccess {
  readonly repo: string;
}

const WITHOUT = 'or name it in .dockerignore if the build does without it';

/**
 * Fetches the commit of a submodule that the superproject's tree pins, and nothing else.
 * @throws HephyError SUBMODULE_INVALID, SUBMODULE_UNAVAILABLE
 */
export async function fetchSubmodule(
  superproject: UpstreamCommit,
  path: string,
  commit: string,
  declared: DeclaredSubmodule | undefined,
): Promise<UpstreamCommit> {
  const name = `the submodule ${quoted(path)} of ${redact(superproject.repo)}`;
  if (declared?.url === undefined) {
    const what = declared === undefined ? 'is not in its .gitmodules' : 'has no URL in its .gitmodules';
    throw new HephyError('SUBMODULE_INVALID', `${name} ${what}`, {
      hint: `Take another \`upstream_ref\`, ${WITHOUT}.`,
    });
  }
  const found = submoduleAddress(superproject.repo, declared.url);
  if ('what' in found) {
    throw new HephyError('SUBMODULE_INVALID', `the address of ${name} is not fetched from: ${found.what}`, {
      hint: `Take another \`upstream_ref\`, ${WITHOUT}.`,
    });
  }
  const at: UpstreamCommit = { ...superproject, repo: found.address, commit };
  try {
    await fetchCommit({ ...at, name: undefined, findName: () => findRefOf(at) });
  } catch (cause) {
    throw cause instanceof HephyError ? unavailable(name, at, cause) : cause;
  }
  return at;
}

function unavailable(name: string, { repo, commit }: UpstreamCommit, cause: HephyError): HephyError {
  if (!cause.code.startsWith('UPSTREAM_')) return cause;
  const message = `${name} cannot be fetched at ${commit.slice(0, 12)}, which is pinned: ${cause.message}`;
  const gone = cause.code === 'UPSTREAM_REF_MISSING';
  const hints = [
    gone
      ? `Take an \`upstream_ref\` whose submodule is still there, ${WITHOUT}.`
      : `${cause.hint ?? ''}\nOr name it in .dockerignore, if the build does without it.`,
    ...(/^https?:/.test(repo) ? [] : ['Over HTTPS: git config --global url.https://HOST/.insteadOf git@HOST:']),
  ];
  return new HephyError('SUBMODULE_UNAVAILABLE', message, { hint: hints.join('\n'), cause });
}
