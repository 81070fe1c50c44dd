import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must, run, type Env, type Run } from './run';
import { KANIKO, toolEnv } from './tools';

/** An Nx workspace of a user: the packed plugin in node_modules, no sources of hephy anywhere near. */
export class Workspace {
  constructor(
    readonly root: string,
    private readonly env: Env = {},
  ) {}

  /** An empty one: package.json, nx.json, .gitignore, and a first commit. */
  static async create(env: Env = {}): Promise<Workspace> {
    const workspace = new Workspace(mkdtempSync(join(tmpdir(), 'hephy-workspace-')), env);
    workspace.write('package.json', '{ "name": "images", "private": true }\n');
    workspace.write('nx.json', '{ "analytics": false, "neverConnectToCloud": true }\n');
    workspace.write('.gitignore', 'node_modules\ndist\n.nx\n');
    workspace.install();
    await workspace.git('init', '-q', '-b', 'main');
    await workspace.commit('Begin');
    return workspace;
  }

  /** One with image directories, inferred by the plugin, and all of it committed. `files` are relative to the root. */
  static async withImages(files: Readonly<Record<string, string>>, env: Env = {}): Promise<Workspace> {
    const workspace = await Workspace.create(env);
    workspace.write(
      'nx.json',
      // The plugin as the generator `init` writes it.
      JSON.stringify({ analytics: false, neverConnectToCloud: true, plugins: [{ plugin: '@hephy/nx-image' }] }),
    );
    workspace.write('.nxignore', '**/README.md\n');
    for (const [path, content] of Object.entries(files)) workspace.write(path, content);
    await workspace.commit('Add images');
    return workspace;
  }

  nx(parameters: readonly string[], env: Env = {}): Promise<Run> {
    return this.node('.bin/nx', parameters, env);
  }

  hephy(parameters: readonly string[], env: Env = {}): Promise<Run> {
    return this.node('.bin/hephy', parameters, env);
  }

  /** A line as somebody types it into a shell. */
  sh(line: string, env: Env = {}): Promise<Run> {
    return run(this.root, 'sh', ['-c', line], { ...toolEnv(), ...this.env, ...env });
  }

  git(...parameters: string[]): Promise<string> {
    return must(this.root, 'git', parameters, this.env);
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '-m', message);
  }

  write(path: string, content: string, mode = 0o644): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  readJson(path: string): unknown {
    return JSON.parse(this.read(path));
  }

  /** The packed plugin and Nx. */
  install(): void {
    const installed = process.env.HEPHY_E2E_DIRECTORY;
    if (installed === undefined) throw new Error('the plugin was not installed before the tests');
    symlinkSync(join(installed, 'node_modules'), join(this.root, 'node_modules'));
    cpSync(join(installed, 'package-lock.json'), join(this.root, 'package-lock.json'));
  }

  /** With the local registry, if it has started one. */
  async remove(): Promise<void> {
    await this.hephy(['registry', 'stop']);
    rmSync(this.root, { recursive: true, force: true });
  }

  private node(program: string, parameters: readonly string[], env: Env): Promise<Run> {
    const file = join(this.root, 'node_modules', program);
    return run(this.root, process.execPath, [file, ...parameters], { ...toolEnv(), ...this.env, ...env });
  }
}

/** A config that the builder of this machine can build, to whatever registry. */
export function imageConfig(lines: readonly string[] = []): string {
  const builder = KANIKO === undefined ? ['build_backend: buildah'] : [];
  return [...builder, 'platforms: [linux/amd64, linux/arm64]', 'additional_tags: [latest]', ...lines, ''].join('\n');
}
