import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builderOf } from '../src/builders/builders';
import { TRIES } from '../src/ci/shell/build-script';
import { BUILT_FILES, builtDirectory } from '../src/ci/built-files';
import type { PipelinePlan, PlannedBuild, PlannedImage } from '../src/ci/pipeline-plan';
import { archName } from '../src/oci/platform';
import { runProcess } from '../src/process/run-process';
import type { StepResult } from '../src/run/result-store';
import { publishBuilt, type PublishEnd, type PublishPhase } from '../src/run/handed/publish-built';
import { openSource } from '../src/run/open-source';
import type { RunContext } from '../src/run/run-context';
import { placeOnMachine } from '../src/run/runtime/on-machine';
import type { ImageRunOptions, ImageWorkspace } from './image-workspace';
import { planWorkspace, type Asked } from './plan-workspace';

export interface Published extends PublishEnd {
  /** Phases and results, in order. */
  readonly said: readonly (PublishPhase | StepResult)[];
}

/** A pipeline as GitLab runs it: the planner, build jobs that know nothing of hephy, and publish jobs; each with surroundings of its own. Images are built by buildah. */
export class PipelineStage {
  /** Where build jobs leave what they built. */
  readonly built = mkdtempSync(join(tmpdir(), 'hephy-built-'));

  /** As nx has it; no test runs one. */
  verifyTarget: RunContext['catalog']['verifyTarget'] = () => undefined;

  constructor(
    private readonly workspace: ImageWorkspace,
    private readonly options: ImageRunOptions,
  ) {}

  plan(asked: Asked = {}): Promise<PipelinePlan> {
    return planWorkspace(this.workspace, this.options, asked);
  }

  /** All builds of the plan, or those of some images, in its order. */
  async build(plan: PipelinePlan, images: readonly string[] = plan.images.map(({ image }) => image)): Promise<void> {
    const context = await this.workspace.open({ ...this.options, handed: plan.handed });
    for (const image of plan.images.filter((one) => images.includes(one.image))) {
      await Promise.all(image.builds.map((build) => this.runJob(context, image, build)));
    }
  }

  /** The file of a job, to be spoilt. */
  fileOf(image: string, arch: string, name: keyof typeof BUILT_FILES): string {
    return join(this.built, image, arch, BUILT_FILES[name]);
  }

  remove(): void {
    rmSync(this.built, { recursive: true, force: true });
  }

  /** @param repository other than the planned one, as through a proxy */
  async publish(
    plan: PipelinePlan,
    images: readonly string[],
    change: Partial<ImageRunOptions> = {},
    onPhase: (phase: PublishPhase) => void = () => undefined,
  ): Promise<Published> {
    const opened = await this.workspace.open({ ...this.options, handed: plan.handed, ...change });
    const context = { ...opened, catalog: { ...opened.catalog, verifyTarget: this.verifyTarget } };
    const all = context.catalog.roots.flatMap((root) => context.catalog.images(root));
    const said: (PublishPhase | StepResult)[] = [];
    const end = await publishBuilt(
      context,
      images.flatMap((name) => all.find((one) => one.name === name) ?? []),
      this.built,
      {
        onPhase: (phase) => {
          said.push(phase);
          onPhase(phase);
        },
        onResult: (result) => said.push(result),
      },
    );
    return { ...end, said };
  }

  private async runJob(context: RunContext, planned: PlannedImage, build: PlannedBuild): Promise<void> {
    const { image, root } = planned;
    const left = join(this.built, builtDirectory(image, build.platform));
    rmSync(left, { recursive: true, force: true });
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, BUILT_FILES.run), `${context.facts.id}\n`);
    let dockerfile = build.dockerfile;
    for (const { standIn, image: parent, platform } of build.pending) {
      const digest = readDigest(this.fileOf(parent, archName(platform), 'digest'));
      if (digest === undefined) {
        writeFileSync(this.fileOf(image, archName(build.platform), 'problem'), `${parent} has left no digest\n`);
        return;
      }
      dockerfile = dockerfile.replaceAll(standIn.slice('sha256:'.length), digest.slice('sha256:'.length));
    }
    const source = await openSource(context, context.catalog.image(root));
    const directory = mkdtempSync(join(tmpdir(), 'hephy-job-'));
    const lines: string[] = [];
    const from = Math.floor(Date.now() / 1000);
    let status = 0;
    try {
      const place = await placeOnMachine({
        ...{ runProcess, builder: builderOf(build.builder), step: build.step, directory, dockerfile },
        ...{ dockerConfig: undefined, writesContext: false, env: { PATH: process.env.PATH } },
        tool: { path: 'buildah' } as never,
        context: await source.materialise(),
      });
      for (const invocation of builderOf(build.builder).invocations({ ...build.step, paths: place.paths })) {
        for (let tries = invocation.repeatable === true ? TRIES : 1; tries > 0; tries -= 1) {
          const end = await place.run(invocation, { onLine: (line) => lines.push(line) });
          status = end.kind === 'exited' ? end.exitCode : 255;
          if (status === 0) break;
        }
        if (status !== 0) break;
      }
      const digest = readDigest(place.digestFile);
      if (digest !== undefined) writeFileSync(join(left, BUILT_FILES.digest), digest);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    writeFileSync(join(left, BUILT_FILES.dockerfile), dockerfile);
    writeFileSync(join(left, BUILT_FILES.log), `${lines.join('\n')}\n`);
    writeFileSync(join(left, BUILT_FILES.times), `${from}\n${Math.floor(Date.now() / 1000)}\n`);
    writeFileSync(join(left, BUILT_FILES.status), `${status}\n`);
  }
}

function readDigest(file: string): string | undefined {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text === '' ? undefined : text;
}
