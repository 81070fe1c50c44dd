import { HephyError } from '../errors/hephy-error';
import { findBubblewrap } from './find-bubblewrap';
import { findEngine } from './find-engine';
import { findKaniko, IN_ITS_IMAGE } from './find-tool';
import { judgeOwnRoot } from './own-root';
import { ensureKanikoImage, hasImage } from './kaniko-image';
import { checkKanikoVersion } from './kaniko-version';
import type { BuilderSearch } from './choose-builder';
import type { ChosenRuntime, RuntimeName, RuntimeWish } from './runtime';
import type { Tool } from './tool';

/** A runtime with what runs in it. */
export interface FoundRuntime {
  readonly runtime: ChosenRuntime;
  readonly tool: Tool;
  readonly version: string | undefined;
  readonly notes: readonly string[];
  /** What it has: for `Considered`. */
  readonly why: string;
  /** The image that has to be pulled first, where none was. */
  readonly pulls?: string;
}

/** Kaniko in the runtime. `tryOut`: whether an image may be pulled and containers be started. @throws HephyError why not */
export type LookFor = (search: BuilderSearch, wish: RuntimeWish, tryOut: boolean) => Promise<FoundRuntime>;

export const LOOK_FOR: Readonly<Record<RuntimeName, LookFor>> = {
  bubblewrap: findInBubblewrap,
  docker: (search, wish, tryOut) => findInEngine('docker', search, wish, tryOut),
  podman: (search, wish, tryOut) => findInEngine('podman', search, wish, tryOut),
  direct: findInOwnRoot,
};

const WAYS_TO_KANIKO =
  'Take the file /kaniko/executor out of the image ghcr.io/osscontainertools/kaniko (docker create, docker cp), and name it by HEPHY_KANIKO or put it on PATH as kaniko-executor.';

async function findInBubblewrap(search: BuilderSearch): Promise<FoundRuntime> {
  const { env, runProcess, kaniko } = search;
  const tool = await findKaniko(kaniko === undefined ? { env } : { option: kaniko, env }, runProcess);
  if (tool === undefined) {
    throw new HephyError('BUILDER_MISSING', 'Kaniko is not on this machine', { hint: WAYS_TO_KANIKO });
  }
  const { version, notes } = await checkKanikoVersion(tool, runProcess);
  const bubblewrap = await findBubblewrap({ env }, search.uid, runProcess);
  const why = `${tool.path}${version === undefined ? '' : ` (${version})`} in ${bubblewrap.tool.path}`;
  return { runtime: { kind: 'bubblewrap', bubblewrap }, tool, version, notes, why };
}

async function findInEngine(
  name: 'docker' | 'podman',
  search: BuilderSearch,
  wish: RuntimeWish,
  tryOut: boolean,
): Promise<FoundRuntime> {
  const engine = await findEngine(name, search);
  if (typeof engine === 'string') {
    throw new HephyError('RUNTIME_UNAVAILABLE', `${name} cannot run Kaniko here: ${engine.replace(/^is /, 'it is ')}`, {
      hint: `Look what ${name} info says. An engine must be on this machine: a build's files are mounted into its containers.`,
    });
  }
  const what = `${engine.rootless ? 'rootless ' : ''}${name} ${engine.version}`;
  if (!tryOut) {
    const there = await hasImage(engine, wish.image, search);
    const why = `${what}, ${there ? 'which has' : 'which would pull'} ${wish.image}`;
    return {
      runtime: { kind: 'container', engine, image: wish.image },
      tool: engine.tool,
      version: undefined,
      notes: [],
      why,
      ...(there ? {} : { pulls: wish.image }),
    };
  }
  const { id, version, notes } = await ensureKanikoImage(engine, wish.image, search);
  const runtime = { kind: 'container', engine, image: id } as const;
  return { runtime, tool: engine.tool, version, notes: [...notes], why: `${wish.image} in ${what}` };
}

async function findInOwnRoot(search: BuilderSearch): Promise<FoundRuntime> {
  const { runProcess, uid, keep = [] } = search;
  const refusal = await judgeOwnRoot(uid, keep);
  if (refusal !== undefined) throw refusal;
  const tool: Tool = { name: 'Kaniko', path: IN_ITS_IMAGE, found: '/kaniko' };
  const { version, notes } = await checkKanikoVersion(tool, runProcess);
  return { runtime: { kind: 'direct' }, tool, version, notes, why: `${tool.path} in the root that this process is in` };
}
