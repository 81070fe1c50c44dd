import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';
import { graphCatalog } from '../src/inference/graph-catalog';
import { KANIKO_EXECUTOR } from '../src/inference/image-project';
import type { ImageExplanation } from '../src/report/explanation';
import { reasonText } from '../src/report/reason-text';
import type { BuildResult, ManifestResult } from '../src/report/result';
import { explainImages } from '../src/run/explain-images';
import { openRun } from '../src/run/open-run';
import type { RunContext } from '../src/run/run-context';
import { runStep } from '../src/run/run-step';
import { pushImage, pushIndex } from './fixture-images';
import { gitIn } from './git-repository';

/** A file's text; a link; an executable; undefined: no such file any more. */
export type StagedFile = string | { readonly link: string } | { readonly executable: string } | undefined;

/** What a run did, or would do: by image and platform, in words. */
export type Answers = Readonly<Record<string, string>>;

/** Images in a workspace of their own, looked at and built in this process, one run after the other; and the bases that they are FROM. */
export class ChangeStage {
  private readonly root = mkdtempSync(join(tmpdir(), 'hephy-changes-'));
  private runs = 0;
  private minutes = 0;

  /**
   * @param parents the images, parents first, each with those that it is FROM
   * @param path of the repository that they are published in
   */
  constructor(
    private readonly parents: Readonly<Record<string, readonly string[]>>,
    readonly host: string,
    readonly path: string,
  ) {
    gitIn(this.root, ['init', '-q', '-b', 'main']);
    this.write({ '.gitignore': 'dist\ncache\n' });
  }

  /** Below `images`, committed. */
  writeImages(files: Readonly<Record<string, StagedFile>>): void {
    this.write(Object.fromEntries(Object.entries(files).map(([path, file]) => [`images/${path}`, file])));
  }

  private write(files: Readonly<Record<string, StagedFile>>): void {
    for (const [path, file] of Object.entries(files)) {
      const absolute = join(this.root, path);
      rmSync(absolute, { force: true, recursive: true });
      if (file === undefined) continue;
      mkdirSync(dirname(absolute), { recursive: true });
      if (typeof file === 'string') writeFileSync(absolute, file);
      else if ('link' in file) symlinkSync(file.link, absolute);
      else {
        writeFileSync(absolute, file.executable);
        chmodSync(absolute, 0o755);
      }
    }
    gitIn(this.root, ['add', '-A']);
    gitIn(this.root, ['commit', '-q', '--allow-empty', '-m', 'Change']);
  }

  /** A base for both platforms, each with a file that says what it is. */
  async pushBase(tag: string, amd64: string, arm64: string): Promise<void> {
    const children = await Promise.all(
      Object.entries({ amd64, arm64 }).map(([architecture, content]) =>
        pushImage(this.host, 'lib/alpine', undefined, {
          platform: `linux/${architecture}`,
          files: { base: { content } },
        }),
      ),
    );
    await pushIndex(
      this.host,
      'lib/alpine',
      tag,
      children.map(({ descriptor }) => descriptor),
    );
  }

  /** What `explain` says. */
  async explain(names: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Answers> {
    return answersOf(await this.explanations(names, env));
  }

  async explanations(
    names: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<readonly ImageExplanation[]> {
    const context = await this.open(env);
    return explainImages(
      context,
      names.map((name) => context.catalog.image(`images/${name}`)),
    );
  }

  /** What a run of all images, or those named, did. */
  async run(
    names: readonly string[] = Object.keys(this.parents),
    env: Readonly<Record<string, string>> = {},
  ): Promise<{
    readonly answers: Answers;
    readonly builds: readonly BuildResult[];
    readonly manifests: readonly ManifestResult[];
  }> {
    const context = await this.open(env);
    const builds: BuildResult[] = [];
    const manifests: ManifestResult[] = [];
    for (const root of names.map((name) => `images/${name}`)) {
      const task = { root, variant: undefined, platform: undefined };
      await runStep(context, { ...task, step: 'prepare' });
      const platforms = context.catalog.image(root).config.platforms.map((one) => `${one.os}/${one.architecture}`);
      const steps = platforms.map((platform) => runStep(context, { ...task, step: 'build', platform }));
      builds.push(...((await Promise.all(steps)) as BuildResult[]));
      manifests.push((await runStep(context, { ...task, step: 'manifest' })) as ManifestResult);
    }
    const answers = builds.map(({ image, platform, outcome, reason }): [string, string] => {
      const did = outcome === 'built' ? 'would build' : outcome === 'reused' ? 'would reuse' : outcome;
      return [`${image} ${platform}`, `${did}: ${reason}`];
    });
    return { answers: Object.fromEntries(answers), builds, manifests };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private open(env: Readonly<Record<string, string>>): Promise<RunContext> {
    this.minutes += 1;
    return openRun({
      workspaceRoot: this.root,
      cacheDirectory: join(this.root, 'cache'),
      env: {
        ...{ PATH: process.env.PATH, HOME: this.root, GIT_CONFIG_NOSYSTEM: '1' },
        ...{ ECR_REGISTRY: `${this.host}/${this.path}`, HEPHY_PUBLISH: 'true', ...env },
      },
      options: {},
      catalog: graphCatalog(this.root, this.graph()),
      seed: {
        id: (this.runs += 1).toString(16).padStart(12, '0'),
        started: new Date(Date.UTC(2024, 0, 1, 0, this.minutes)).toISOString(),
        ...{ parallel: 2, bails: false, showsTable: false },
      },
      signal: new AbortController().signal,
      onEvent: () => undefined,
    });
  }

  private graph(): ProjectGraph {
    const images = Object.entries(this.parents);
    const targets = { prepare: { executor: KANIKO_EXECUTOR } };
    return {
      nodes: Object.fromEntries(
        images.map(([name]) => [name, { name, type: 'app', data: { root: `images/${name}`, targets } }]),
      ),
      dependencies: Object.fromEntries(
        images.map(([source, parents]) => [source, parents.map((target) => ({ source, target, type: 'implicit' }))]),
      ),
    };
  }
}

function answersOf(images: readonly ImageExplanation[]): Answers {
  return Object.fromEntries(
    images.flatMap(({ image, error, platforms }) => [
      ...(error === undefined ? [] : [[image, `${error.code}: ${error.message}`]]),
      ...platforms.map((one) => [
        `${image} ${one.platform}`,
        'error' in one ? `${one.error.code}: ${one.error.message}` : `would ${one.would}: ${reasonText(one.reason)}`,
      ]),
    ]),
  ) as Answers;
}
