import { readFileSync } from 'node:fs';
import { runProcess } from '../src/process/run-process';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { chooseBuilder, type ChosenBuilder } from '../src/tools/choose-builder';
import { BUILDER_FAULTS, type BuilderFault } from '../testing/builder-faults';
import { setBuilderStage, type BuilderStage, type CaseRun } from '../testing/builder-stage';
import { findExternalTool, findOnPath } from '../testing/external-tools';
import { startFaultProxy } from '../testing/fault-proxy';
import { startAhead, type Ahead } from '../testing/start-ahead';

/** Builders and hephy's patience with them, each with a registry that is in trouble once, or for good. */
const kaniko = findExternalTool('kaniko');
const BUILDERS = [
  ['buildah', true],
  ['Kaniko 1.28', kaniko !== undefined && findOnPath('bwrap') !== undefined],
] as const;
/** Builds at once: nearly all that they do is wait before they ask again. */
const WIDTH = 12;
let stage: BuilderStage;
beforeAll(async () => {
  stage = await setBuilderStage();
});
afterAll(() => stage.stop());

const direct = createRegistryClient({
  credentials: {
    credentialOf: () => Promise.resolve(undefined),
    helperOf: () => Promise.resolve(undefined),
    secrets: () => [],
  },
});

interface Met {
  readonly found: CaseRun;
  /** How often the builder asked for what went wrong. */
  readonly asked: number;
  /** What its tag names afterwards. */
  readonly pushed: string | undefined;
}

describe.each(BUILDERS)('%s', (title, there) => {
  const run = there ? test : test.skip;
  let builds: Ahead<BuilderFault, Met> | undefined;
  beforeAll(async () => {
    if (!there) return;
    const env = { HEPHY_KANIKO: kaniko, PATH: process.env.PATH };
    const wanted = title === 'buildah' ? 'buildah' : 'kaniko';
    const chosen = await chooseBuilder({ wanted, local: false, env, uid: process.getuid?.(), runProcess });
    builds = startAhead(BUILDER_FAULTS, WIDTH, (one) => meetFault(chosen, one));
  });

  afterAll(() => builds?.settled());

  run.each(BUILDER_FAULTS.map((one) => [describeFault(one), one] as const))(`${title}: %s`, async (_, one) => {
    const { found, asked, pushed } = await builds!.resultOf(one);
    if (one.fails === undefined) {
      expect(found.outcome).toEqual({ kind: 'pushed', digest: pushed });
      expect(asked).toBeGreaterThan(1);
    } else {
      expect(found.outcome).toMatchObject({ kind: 'failed', code: one.fails });
      expect(asked).toBeLessThanOrEqual(one.atMost ?? 0);
    }
    // Whoever waits says so: the builder itself, or hephy.
    const said = readFileSync(found.logFile, 'utf8').match(
      /^(?:hephy: the registry is in trouble|WARN.* Retrying operation|.*Failed, retrying in)/gm,
    );
    if (asked > 1 && title === 'buildah' && one.times === undefined) expect(said?.length ?? 0).toBeGreaterThan(0);
  });
});

async function meetFault(chosen: ChosenBuilder, one: BuilderFault): Promise<Met> {
  const { way, askedFor, fault, times } = one;
  const name = `${chosen.builder.name}-${BUILDER_FAULTS.indexOf(one)}`;
  const proxy = await startFaultProxy(stage.hosts.ok);
  try {
    const base = await direct.headManifest({ registry: stage.hosts.ok, path: 'team/base', tag: 'shell' });
    proxy.fail(askedFor, fault, times);
    const destination = `${way === 'push' ? proxy.host : stage.hosts.ok}/team/built:${name}`;
    const dockerfile = way === 'pull' ? `FROM ${proxy.host}/team/base@${base ?? ''}\n` : 'FROM scratch\n';
    const found = await stage.run(
      chosen,
      { name, dockerfile: `${dockerfile}COPY a /a\n`, files: { a: name } },
      { step: { destination }, repetitions: [20, 20] },
    );
    const asked = proxy.requests.filter((kind) => kind === askedFor).length;
    return {
      found,
      asked,
      pushed: await direct.headManifest({ registry: stage.hosts.ok, path: 'team/built', tag: name }),
    };
  } finally {
    await proxy.stop();
  }
}

function describeFault({ way, askedFor, fault, times }: BuilderFault): string {
  const what = fault.kind === 'status' ? `HTTP ${fault.status}` : fault.kind;
  return `${way}, ${askedFor}: ${what}, ${times === undefined ? 'always' : 'once'}`;
}
