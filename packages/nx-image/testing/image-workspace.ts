import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';
import type { HandedPlan } from '../src/ci/handed-plan';
import { graphCatalog } from '../src/inference/graph-catalog';
import { KANIKO_EXECUTOR } from '../src/inference/image-project';
import type { BuildResult, ManifestResult } from '../src/report/result';
import { openRun } from '../src/run/open-run';
import type { Rebuild } from '../src/run/rebuild';
import type { RunContext } from '../src/run/run-context';
import type { OnRunEvent, RunEvent } from '../src/run/run-event';
import { runStep } from '../src/run/run-step';
import { gitIn } from './git-repository';

export interface ImageRun {
  readonly builds: Readonly<Record<string, BuildResult>>;
  /** Of images whose builds succeeded. */
  readonly manifests: Readonly<Record<string, ManifestResult>>;
  readonly events: readonly RunEvent[];
}

export interface ImageRunOptions {
  /** `host:port/path`. */
  readonly repository: string;
  /** When the run began, as nobody's CI says it. */
  readonly started: string;
  readonly rebuild?: Rebuild;
  readonly env?: Readonly<Record<string, string>>;
  readonly handed?: HandedPlan;
}

/**
 * A workspace of images and runs of them in this process: all that is done between nx and the world. One platform, this machine's builder.
 * @param parents the images, parents first, each with those that it is FROM
 */
export class ImageWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), 'hephy-images-'));
  private runs = 0;

  constructor(
    private readonly parents: Readonly<Record<string, readonly string[]>>,
    files: Readonly<Record<string, string>>,
  ) {
    gitIn(this.root, ['init', '-q', '-b', 'main']);
    this.write({ '.gitignore': 'dist\ncache\n', ...files });
  }

  /** Writes files and commits all. */
  write(files: Readonly<Record<string, string | undefined>>): void {
    for (const [path, text] of Object.entries(files)) {
      const absolute = join(this.root, path);
      mkdirSync(dirname(absolute), { recursive: true });
      if (text === undefined) rmSync(absolute);
      else writeFileSync(absolute, text);
    }
    gitIn(this.root, ['add', '-A']);
    gitIn(this.root, ['commit', '-q', '-m', 'Change']);
  }

  /** Leaves nothing of all commits until now, but for the files as they are. */
  forget(): void {
    rmSync(join(this.root, '.git'), { recursive: true });
    gitIn(this.root, ['init', '-q', '-b', 'main']);
    this.write({ 'README.md': 'New.\n' });
  }

  /** As an nx command has it. @throws what ends a run before its first step */
  open(options: ImageRunOptions, onEvent: OnRunEvent = () => undefined): Promise<RunContext> {
    return openRun({
      workspaceRoot: this.root,
      cacheDirectory: join(this.root, 'cache'),
      env: { PATH: process.env.PATH, HOME: this.root, ECR_REGISTRY: options.repository, ...options.env },
      options: {},
      catalog: graphCatalog(this.root, this.graph()),
      seed: {
        id: (this.runs += 1).toString(16).padStart(12, '0'),
        started: options.started,
        parallel: 2,
        bails: false,
        showsTable: false,
        rebuild: options.rebuild,
      },
      signal: new AbortController().signal,
      onEvent,
      handed: options.handed,
    });
  }

  async run(options: ImageRunOptions): Promise<ImageRun> {
    const events: RunEvent[] = [];
    const context = await this.open(options, (event) => events.push(event));
    const builds: Record<string, BuildResult> = {};
    const manifests: Record<string, ManifestResult> = {};
    for (const name of Object.keys(this.parents)) {
      const root = `images/${name}`;
      const task = { root, variant: undefined, platform: undefined };
      const prepared = await runStep(context, { ...task, step: 'prepare' });
      if (prepared.outcome !== 'built') throw new Error(JSON.stringify(prepared));
      const [platform = ''] = context.catalog
        .image(root)
        .config.platforms.map((one) => `${one.os}/${one.architecture}`);
      const built = (await runStep(context, { ...task, step: 'build', platform })) as BuildResult;
      builds[name] = built;
      if (built.outcome !== 'built' && built.outcome !== 'reused') break;
      manifests[name] = (await runStep(context, { ...task, step: 'manifest' })) as ManifestResult;
    }
    return { builds, manifests, events };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private graph(): ProjectGraph {
    const names = Object.entries(this.parents);
    return {
      nodes: Object.fromEntries(
        names.map(([name]) => [
          name,
          {
            name,
            type: 'app',
            data: { root: `images/${name}`, targets: { prepare: { executor: KANIKO_EXECUTOR } } },
          },
        ]),
      ),
      dependencies: Object.fromEntries(
        names.map(([source, parents]) => [source, parents.map((target) => ({ source, target, type: 'implicit' }))]),
      ),
    };
  }
}
