import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostProgramFiles } from '../../../../nx-image/testing/host-shell';
import { pushImage } from '../../../../nx-image/testing/fixture-images';
import { startRegistry, type TestRegistry } from '../../../../nx-image/testing/registry-server';
import { HOST_PLATFORM } from '../builders';
import { RegistryView } from '../registry-view';
import { PLUGINS_APART, type Env } from '../run';
import { start } from '../start';
import { findProcesses, mountsIn, processesOf } from '../traces';
import { Workspace } from '../workspace';
import { Batches, type RunUnderWay } from './batches';
import { Gate, passGate } from './gate';
import { HoldingProxy } from './holding-proxy';
import type { EndingRuntime, OpenRuntime } from './runtimes';
import { SmallDisk } from './small-disk';
import type { Tags } from './verify-tags';

/** The platform that needs no emulation, and the other; what is held is the other's. */
export const FIRST = HOST_PLATFORM.slice('linux/'.length);
export const SECOND = FIRST === 'amd64' ? 'arm64' : 'amd64';
const ARCHITECTURES = ['amd64', 'arm64'];
const PATH = 'team/endings';

/** Stays at the gate, in a session of its own, when the RUN that started it has ended: what a service does. */
const DAEMON = `setsid /bin/bash -c 'exec 3<>/dev/tcp/127.0.0.1/$GATE; read -r never <&3' </dev/null >/dev/null 2>&1 & `;

const run = (script: string): string => `RUN ["/bin/bash", "-c", ${JSON.stringify(`${script} && exit $code`)}]`;

/** The RUN runs natively for both platforms. */
const DOCKERFILE = (host: string, daemon: string) => `FROM --platform=$BUILDPLATFORM ${host}/base/shell:1 AS work
ARG GATE
ARG N
ARG TARGETARCH
${run(`${daemon}${passGate('$GATE', '$TARGETARCH')} && echo $N $TARGETARCH >/made`)}
FROM scratch
COPY --from=work /made /made
`;
/** Another image, that fails when it is told to. */
const BAIL = (host: string) => `FROM ${host}/base/shell:1\nARG GATE\n${run(passGate('$GATE', 'bail'))}\n`;

/** How nx is called. */
export interface NxRun {
  readonly parameters?: readonly string[];
  readonly env?: Env;
}

/** A workspace with one image of two platforms, a registry behind a proxy, and a gate in the image's RUN: all that a case needs to stop a run where it wants. */
export class EndingStage {
  readonly architectures = ARCHITECTURES;
  private count = 0;

  private constructor(
    readonly runtime: EndingRuntime,
    private readonly opened: OpenRuntime,
    private readonly registry: TestRegistry,
    readonly disks: Readonly<Record<'registry' | 'cache' | 'dist', SmallDisk>>,
    readonly gate: Gate,
    readonly proxy: HoldingProxy,
    readonly workspace: Workspace,
    readonly view: RegistryView,
    private readonly batches: Batches,
    private readonly env: Env,
  ) {}

  static async set(runtime: EndingRuntime): Promise<EndingStage> {
    const opened = await runtime.open();
    const registry = await startRegistry();
    const registryDisk = SmallDisk.mount(join(registry.directory, 'data'), 64);
    const gate = await Gate.open();
    const proxy = await HoldingProxy.open(registry.host);
    await pushImage(registry.host, 'base/shell', '1', {
      platform: HOST_PLATFORM,
      files: hostProgramFiles('/bin/bash', '/usr/bin/setsid'),
    });
    const workspace = await Workspace.withImages({
      '.gitignore': 'node_modules\ndist\n.nx\ntmp\n',
      'images/app/Dockerfile': DOCKERFILE(proxy.host, runtime.endsSessions ? DAEMON : ''),
      'images/app/build-config.yaml': runtime.builder.config(),
      'images/bail/Dockerfile': BAIL(proxy.host),
      'images/bail/build-config.yaml': runtime.builder.config([
        `platforms: [${HOST_PLATFORM}]`,
        `build_args: [GATE=${gate.port}]`,
      ]),
    });
    mkdirSync(join(workspace.root, 'tmp'));
    const disks = {
      registry: registryDisk,
      cache: SmallDisk.mount(join(workspace.root, '.nx/cache/hephy'), 256),
      dist: SmallDisk.mount(join(workspace.root, 'dist'), 4),
    };
    const env = {
      ...runtime.builder.env(),
      ...opened.env,
      ECR_REGISTRY: `${proxy.host}/${PATH}`,
      HEPHY_PUBLISH: 'true',
      TMPDIR: join(workspace.root, 'tmp'),
    };
    const batches = await Batches.of(workspace, 'app', env);
    const view = new RegistryView(`${registry.host}/${PATH}`);
    const stage = new EndingStage(runtime, opened, registry, disks, gate, proxy, workspace, view, batches, env);
    await stage.change();
    const { succeeded, output } = await stage.startBatches().ended;
    if (!succeeded) throw new Error(output);
    return stage;
  }

  /** New inputs, committed: all of it is to be built anew. */
  async change(lines: readonly string[] = []): Promise<void> {
    this.count += 1;
    await this.configure(lines);
  }

  /** Other lines of the config, committed; the inputs stay what they are. */
  async configure(lines: readonly string[]): Promise<void> {
    this.workspace.write(
      'images/app/build-config.yaml',
      this.runtime.builder.config([`build_args: [GATE=${this.gate.port}, N=${this.count}]`, ...lines]),
    );
    await this.workspace.commit('Change it');
  }

  startBatches(): RunUnderWay {
    return this.batches.start();
  }

  startNx({ parameters = ['-p', 'app'], env = {} }: NxRun): RunUnderWay {
    const nx = join(this.workspace.root, 'node_modules/.bin/nx');
    const all = [nx, 'run-many', '-t', 'manifest', '--parallel=3', ...parameters];
    const { pid, ended } = start(this.workspace.root, process.execPath, all, {
      ...this.env,
      ...PLUGINS_APART,
      ...env,
    });
    return {
      pid: () => pid,
      ended: ended.then(({ code, output }) => ({ succeeded: code === 0, output })),
    };
  }

  tags(): Promise<Tags> {
    return this.view.snapshot();
  }

  /** Processes of this stage's runs. */
  processes(matches: (argv: readonly string[]) => boolean): number[] {
    const marks = [this.proxy.host, this.workspace.root];
    return findProcesses((argv) => matches(argv) && argv.some((word) => marks.some((mark) => word.includes(mark))));
  }

  /** Containers and processes of ours that are there, whoever started them. */
  traces(): string[] {
    const found = new Set(processesOf(this.workspace.root, this.proxy.host));
    if (this.gate.waiting() > 0) found.add('a RUN at the gate');
    // Its engine is asked last: that takes a while.
    return found.size > 0 ? [...found] : [...this.opened.containers()];
  }

  mounts(): string[] {
    const ours = new Set(Object.values(this.disks).map(({ directory }) => directory));
    return mountsIn(this.workspace.root).filter((path) => !ours.has(path));
  }

  /** What builds have left in their work directory. */
  leftOnDisk(): string[] {
    const list = (path: string) => readdirSync(join(this.workspace.root, path)).map((name) => `${path}/${name}`);
    return [...list('.nx/cache/hephy/work'), ...list('tmp').filter((name) => !name.endsWith('/tasks.json'))];
  }

  /** Nothing is held, full or lost any more. */
  async mend(): Promise<void> {
    for (const disk of Object.values(this.disks)) disk.free();
    this.gate.pass();
    await this.proxy.recover();
  }

  /** Takes away what a case that failed has left, so that the next is none the worse. */
  async restore(): Promise<void> {
    for (const line of this.traces()) endIfThere(Number.parseInt(line, 10));
    await this.mend();
    for (const path of this.leftOnDisk()) rmSync(join(this.workspace.root, path), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.proxy.close();
    await this.gate.close();
    for (const disk of Object.values(this.disks)) disk.unmount();
    await this.registry.stop();
    await this.workspace.remove();
    await this.opened.close();
  }
}

function endIfThere(pid: number): void {
  if (Number.isNaN(pid)) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
