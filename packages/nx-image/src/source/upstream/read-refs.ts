import { refNames } from '../../config/ref-names';

/** Refs by full name, an annotated tag's commit under `<name>^{}`, as `git ls-remote` lists them. */
export type Refs = ReadonlyMap<string, string>;

const COMMIT = /^[0-9a-f]{40}$/i;

export function isCommit(ref: string): boolean {
  return COMMIT.test(ref);
}

/** What `git ls-remote` printed. */
export function readRefs(output: string): Refs {
  const refs = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [commit, name] = line.split('\t');
    if (commit !== undefined && name !== undefined && isCommit(commit)) refs.set(name, commit);
  }
  return refs;
}

/** What to ask `git ls-remote` for, to know what the ref names. */
export function patternsOf(ref: string): readonly string[] {
  return refNames(ref).flatMap((name) => [name, `${name}^{}`]);
}

export interface ChosenRef {
  /** 40 hex. */
  readonly commit: string;
  /** In full, as `refs/tags/v1.25.3`. */
  readonly name: string;
  /** Whether there is a branch of the tag's name, too. */
  readonly ambiguous: boolean;
}

/** As in git a tag comes before a branch of the same name; an annotated tag is the commit that it points at. undefined: there is none. */
export function chooseRef(refs: Refs, ref: string): ChosenRef | undefined {
  const found = refNames(ref).filter((name) => refs.has(name));
  const name = found[0];
  const commit = name === undefined ? undefined : (refs.get(`${name}^{}`) ?? refs.get(name));
  if (name === undefined || commit === undefined) return undefined;
  const ambiguous = found.includes(`refs/heads/${ref}`) && name === `refs/tags/${ref}`;
  return { commit: commit.toLowerCase(), name, ambiguous };
}
