/** What a user of the GitHub workflow may set: options of `hephy pipeline github`, and variables of the repository. */
export interface GithubSettings {
  /** How many jobs one behind the other the workflow has. */
  readonly levels: number;
  /** Labels of runners by architecture, as `runs-on` takes them. What has none is built on amd64, with emulation where it runs programs. */
  readonly runners: Readonly<Record<string, readonly string[]>>;
  /** Images, projects or directories that somebody asked for by name: what `manual_build` waits for. */
  readonly asked: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** GitHub's own: https://docs.github.com/en/actions/reference/runners/github-hosted-runners */
const HOSTED: Readonly<Record<string, string>> = { amd64: 'ubuntu-24.04', arm64: 'ubuntu-24.04-arm' };

/** Runners by HEPHY_RUNNER_AMD64, HEPHY_RUNNER_ARM64: a label, or several with commas between. */
export function readGithubSettings(env: Env, levels: number, asked: readonly string[]): GithubSettings {
  const runners = Object.entries(HOSTED).map(([architecture, hosted]) => {
    const labels = (env[`HEPHY_RUNNER_${architecture.toUpperCase()}`] ?? '').split(',').map((label) => label.trim());
    const named = labels.filter((label) => label !== '');
    return [architecture, named.length > 0 ? named : [hosted]] as const;
  });
  return { levels, runners: Object.fromEntries(runners), asked };
}
