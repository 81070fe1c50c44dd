import { HephyError } from '../errors/hephy-error';
import type { BuilderSearch } from './choose-builder';
import { LOOK_FOR, type FoundRuntime } from './find-runtime';
import { readRuntimeWish, type Considered, type RuntimeName, type RuntimeWish } from './runtime';

/** `found`, or `error`: why there is none. */
export type RuntimeChoice = { readonly considered: readonly Considered[] } & (
  | { readonly found: FoundRuntime; readonly error?: undefined }
  | { readonly found?: undefined; readonly error: HephyError }
);

/** `direct` is for those who ask for it: it deletes the root that it is in. */
const AUTOMATIC = ['bubblewrap', 'docker', 'podman'] as const;

/** What says that this runtime is not for here; anything else (a tool that was named and is not there, an outdated one) ends the search. */
const PASSED_OVER: readonly string[] = ['BUILDER_MISSING', 'RUNTIME_UNAVAILABLE'];

/** The runtime that was asked for, or the first that can be used. What else is wrong rejects. */
export async function chooseRuntime(search: BuilderSearch, wish: RuntimeWish): Promise<RuntimeChoice> {
  if (wish.runtime !== 'auto') return chooseNamed(search, wish, wish.runtime);
  const considered: Considered[] = [];
  const errors: HephyError[] = [];
  let found: FoundRuntime | undefined;
  for (const runtime of AUTOMATIC) {
    if (found !== undefined) {
      considered.push({ runtime, usable: undefined, why: 'not looked at, as another comes before it' });
      continue;
    }
    const look = await tryOne(search, wish, runtime, true);
    if (look instanceof HephyError) errors.push(look);
    else found = look;
    considered.push(considerationOf(runtime, look));
  }
  if (found !== undefined)
    return { found: { ...found, notes: [...found.notes, ...unused(search, found)] }, considered };
  return { error: allInOne(errors, considered), considered };
}

/** Every candidate for Kaniko, whether or not it would be taken; pulls no image and starts no container. For `hephy doctor`. */
export async function considerRuntimes(search: BuilderSearch): Promise<readonly Considered[]> {
  const wish = readRuntimeWish(search.env, search);
  const names: readonly RuntimeName[] = [...AUTOMATIC, 'direct'];
  return Promise.all(
    names.map(async (runtime) =>
      considerationOf(
        runtime,
        await tryOne(search, wish, runtime, false).catch((error: unknown) => {
          if (error instanceof HephyError) return error;
          throw error;
        }),
      ),
    ),
  );
}

async function chooseNamed(search: BuilderSearch, wish: RuntimeWish, runtime: RuntimeName): Promise<RuntimeChoice> {
  const look = await tryOne(search, wish, runtime, true);
  const considered = [considerationOf(runtime, look)];
  if (!(look instanceof HephyError)) return { found: look, considered };
  const hint = [look.hint, `${runtime} is what ${wish.askedBy ?? 'somebody'} asks for; \`auto\` takes what there is.`];
  return {
    error: new HephyError('RUNTIME_UNAVAILABLE', look.message, {
      hint: hint.filter((line) => line !== undefined).join('\n'),
      cause: look,
    }),
    considered,
  };
}

async function tryOne(
  search: BuilderSearch,
  wish: RuntimeWish,
  runtime: RuntimeName,
  tryOut: boolean,
): Promise<FoundRuntime | HephyError> {
  try {
    return await LOOK_FOR[runtime](search, wish, tryOut);
  } catch (error) {
    if (error instanceof HephyError && PASSED_OVER.includes(error.code)) return error;
    throw error;
  }
}

function considerationOf(runtime: RuntimeName, look: FoundRuntime | HephyError): Considered {
  return look instanceof HephyError
    ? { runtime, usable: false, why: look.message }
    : { runtime, usable: true, why: look.why, ...(look.pulls === undefined ? {} : { pulls: look.pulls }) };
}

/** The first error says it; behind it what the others lack. */
function allInOne(errors: readonly HephyError[], considered: readonly Considered[]): HephyError {
  const [first] = errors;
  if (first === undefined) throw new Error('no runtime was looked at');
  const others = considered.slice(1).map(({ why }) => why);
  const ways = [first.hint, 'Or write build_backend: buildah into the image’s build-config.yaml.'];
  return new HephyError(first.code, first.message, {
    hint: [...ways, ...others.map((why) => `Neither: ${why}.`)].filter((line) => line !== undefined).join('\n'),
    cause: first,
  });
}

/** A program that was named by hand and is not what builds. */
function unused(search: BuilderSearch, found: FoundRuntime): readonly string[] {
  const named = search.kaniko ?? search.env.HEPHY_KANIKO;
  if (found.runtime.kind !== 'container' || named === undefined || named === '') return [];
  return [`${named} is not used, as there is no bubblewrap for it here: built by ${found.why}`];
}
