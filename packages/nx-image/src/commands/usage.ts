import { GITLAB_FLAGS } from '../ci/read-gitlab-settings';

/** Where the second column begins. */
const MARGIN = 41;

interface Usage {
  readonly call: string;
  readonly does: string;
  /** What is said only where help of this command is asked for. */
  readonly more?: string;
}

const PIPELINE_FLAGS = `
Both take
  --base REVISION                        what to compare with; else it finds that out
  --merge-requests=push|build            whether merge requests push, under tags of their own (HEPHY_CI_MERGE_REQUESTS)
  --missing=true|false                   whether it looks for what the registry does not have (HEPHY_CI_LOOK_FOR_MISSING)
  --output FILE                          gitlab: hephy-pipeline.yml; github: a directory, dist/pipeline

github takes
  --levels N                             how many levels of builds the workflow has

gitlab takes, by a flag, else by a variable, as inputs of the component say it
${Object.entries(GITLAB_FLAGS)
  .map(([flag, variable]) => `  --${flag}`.padEnd(MARGIN) + variable)
  .join('\n')}

docs/ci.md says what each is.
`;

const COMMANDS: Readonly<Record<string, Usage>> = {
  base: {
    call: 'base [--base REVISION] [--json]',
    does: 'for nx affected --base="$(npx hephy base)": with what CI compares this commit',
  },
  doctor: { call: 'doctor [--json]', does: 'what a run here would do, and what stands in its way' },
  explain: {
    call: 'explain [IMAGE…] [--json]',
    does: 'what would be built, and why; what would be reused, and since when',
  },
  plan: { call: 'plan [IMAGE…] [--json]', does: 'what would run: argv, tags, pins' },
  pipeline: {
    call: 'pipeline gitlab|github [--output FILE]',
    does: 'what changed, as a pipeline of that CI system',
    more: PIPELINE_FLAGS,
  },
  context: {
    call: 'context --plan FILE --output DIR PROJECT…',
    does: 'in a job of a pipeline: contexts for its build jobs',
  },
  publish: {
    call: 'publish --plan FILE --built DIR IMAGE…',
    does: 'in a job of a pipeline: checks what build jobs left, and publishes it',
  },
  report: {
    call: 'report [IMAGE…] [--format=table|json|markdown|junit|html] [--output FILE]',
    does: 'what the last run made',
  },
  drift: { call: 'drift [IMAGE…] [--json] [--run]', does: 'what moved under published images; --run builds it' },
  registry: { call: 'registry start|stop|status', does: 'the local registry of this workspace' },
  prune: { call: 'prune --dry-run [--json]', does: "ECR's lifecycle policy for the tags of these images" },
  rollback: {
    call: 'rollback IMAGE VERSION [--dry-run] [--json]',
    does: 'puts the tags that move back to a version, and holds them there',
  },
  verify: { call: 'verify [IMAGE…] [--deep] [--json]', does: 'whether what is published is there and right' },
  'where-used': {
    call: 'where-used BASE|DIGEST|IMAGE [--current] [--json]',
    does: 'which published versions stand on it',
  },
};

/** Of all commands. */
export const USAGE = `hephy: what is not one image's task; images are built by nx.

${[...Object.values(COMMANDS), { call: '--version', does: 'of this package' }].map(line).join('')}
hephy COMMAND --help says more of one.
`;

/** Of one command. undefined: there is none of that name. */
export function usageOf(command: string): string | undefined {
  const usage = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  return usage === undefined ? undefined : line(usage) + (usage.more ?? '');
}

function line({ call, does }: Usage): string {
  const head = `  hephy ${call}`;
  return head.length < MARGIN - 1 ? `${head.padEnd(MARGIN)}${does}\n` : `${head}\n${' '.repeat(MARGIN)}${does}\n`;
}
