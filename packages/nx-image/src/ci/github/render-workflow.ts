import { checkWorkflowOptions, type WorkflowOptions } from './workflow-options';
import {
  checkoutStep,
  DOWNLOAD_PLAN,
  installSteps,
  LOGIN_ENV,
  loginSteps,
  permissionLines,
  PIPELINE_DIRECTORY,
  runStep,
  SHOW_REPORT,
  UPLOAD_PLAN,
  UPLOAD_REPORT,
  uploadLogs,
  type Step,
} from './workflow-steps';

/** Jobs that need a registry and no architecture. */
const RUNNER = 'ubuntu-24.04';
const PLAN = `${PIPELINE_DIRECTORY}/plan`;

/** Nx writes a report of its own there, of how long targets took, with names as they are. */
const ALONE = 'env -u GITHUB_STEP_SUMMARY';

/** Pull requests that are given neither secrets nor a token that writes. */
const POWERLESS =
  "github.event_name == 'pull_request' && (github.event.pull_request.head.repo.full_name != github.repository || github.event.pull_request.user.login == 'dependabot[bot]')";

/** The workflow that builds a repository's images. @throws HephyError OPTIONS_INVALID */
export function renderWorkflow(options: WorkflowOptions): string {
  checkWorkflowOptions(options);
  const levels = Array.from({ length: options.levels }, (_, index) => index + 1);
  const jobs = [
    skippedJob(),
    planJob(options, levels),
    ...levels.map((level) => buildJob(options, level)),
    publishJob(options, levels),
  ];
  return `${[...head(options), 'jobs:', ...jobs.flatMap((job) => [...indent(job), '']).slice(0, -1)].join('\n')}\n`;
}

function head({ branch, registry }: WorkflowOptions): readonly string[] {
  return [
    'name: images',
    '',
    'on:',
    '  push:',
    `    branches: [${branch}]`,
    "    tags: ['**']",
    '  pull_request:',
    '  schedule:',
    '    # What stands on bases and upstreams that moved; the first run of a week builds what rebuild-weekly.txt names.',
    "    - cron: '17 3 * * *'",
    '  workflow_dispatch:',
    '    inputs:',
    '      images:',
    '        description: Names of images with commas between, those with manual_build too; none means all that is to be done',
    '        type: string',
    '      force:',
    '        description: Build although the registry has them',
    '        type: boolean',
    '',
    'permissions:',
    '  contents: read',
    '',
    '# A run that waits gives way to the next one of its branch, which looks for all that is missing; one that was asked for by hand waits for nobody.',
    'concurrency:',
    "  group: images-${{ github.ref }}${{ github.event_name == 'workflow_dispatch' && format('-{0}', github.run_id) || '' }}",
    "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
    '',
    'env:',
    `  ECR_REGISTRY: ${registry ?? '${{ vars.ECR_REGISTRY }}'}`,
    '',
  ];
}

function skippedJob(): readonly string[] {
  const says =
    'This pull request has no credentials for the registry: it is from a fork, or by Dependabot. No image was built.';
  return [
    'skipped:',
    `  if: ${POWERLESS}`,
    `  runs-on: ${RUNNER}`,
    '  timeout-minutes: 5',
    '  permissions: {}',
    ...steps([runStep([`echo '${says}' >> "$GITHUB_STEP_SUMMARY"`])]),
  ];
}

function planJob(options: WorkflowOptions, levels: readonly number[]): readonly string[] {
  const names = [...levels.map((level) => `build-${level}`), 'publish'];
  const plan = runStep(
    [
      `${ALONE} npx hephy pipeline github --levels=${options.levels} --output ${PIPELINE_DIRECTORY}`,
      `cat ${PIPELINE_DIRECTORY}/outputs >> "$GITHUB_OUTPUT"`,
      `cat ${PIPELINE_DIRECTORY}/summary.md >> "$GITHUB_STEP_SUMMARY"`,
    ],
    {
      id: 'plan',
      env: {
        ...LOGIN_ENV,
        IMAGES: '${{ inputs.images }}',
        FORCE_ALL: '${{ inputs.force }}',
        HEPHY_RUNNER_AMD64: '${{ vars.HEPHY_RUNNER_AMD64 }}',
        HEPHY_RUNNER_ARM64: '${{ vars.HEPHY_RUNNER_ARM64 }}',
      },
    },
  );
  return [
    'plan:',
    `  if: \${{ !(${POWERLESS}) }}`,
    `  runs-on: ${RUNNER}`,
    '  timeout-minutes: 60',
    ...indent(permissionLines(options, false)),
    '  outputs:',
    ...names.map((name) => `    ${name}: \${{ steps.plan.outputs.${name} }}`),
    ...steps([checkoutStep(true), ...installSteps(options), ...loginSteps(options), plan, UPLOAD_PLAN]),
  ];
}

/** One after the other, whatever became of the one before: what does not stand on an image that failed is built. */
function buildJob(options: WorkflowOptions, level: number): readonly string[] {
  const needs = level === 1 ? ['plan'] : ['plan', `build-${level - 1}`];
  const packages = runStep(
    [
      'sudo apt-get update --quiet --quiet',
      '# Words of their own.',
      '# shellcheck disable=SC2086',
      'sudo apt-get install --quiet --quiet --yes --no-install-recommends $PACKAGES',
    ],
    { condition: "matrix.packages != ''", env: { PACKAGES: '${{ matrix.packages }}' } },
  );
  const build = runStep([`${ALONE} npx nx run-many --targets="$TARGET" --projects="$PROJECTS"`], {
    env: {
      ...LOGIN_ENV,
      HEPHY_PLAN: PLAN,
      HEPHY_BUILDS: '${{ matrix.builds }}',
      TARGET: '${{ matrix.target }}',
      PROJECTS: '${{ matrix.projects }}',
      ...LIVE_OUTPUT,
    },
  });
  return [
    `build-${level}:`,
    '  name: ${{ matrix.name }}',
    `  needs: [${needs.join(', ')}]`,
    `  if: \${{ !cancelled() && needs.plan.outputs.build-${level} != '' }}`,
    '  strategy:',
    '    fail-fast: false',
    `    matrix: \${{ fromJSON(needs.plan.outputs.build-${level}) }}`,
    '  runs-on: ${{ matrix.runner }}',
    '  timeout-minutes: ${{ matrix.minutes }}',
    ...indent(permissionLines(options, true)),
    ...steps([
      ...[checkoutStep(false), ...installSteps(options), DOWNLOAD_PLAN, packages],
      ...[...loginSteps(options), build, SHOW_REPORT, uploadLogs(level)],
    ]),
  ];
}

/** Also where builds failed: what is whole is published, what is not is named, and the job is red. */
function publishJob(options: WorkflowOptions, levels: readonly number[]): readonly string[] {
  const publish = runStep(
    [
      'status=0',
      `while IFS="$(printf '\\t')" read -r target projects; do`,
      `  ${ALONE} npx nx run-many --targets="$target" --projects="$projects" < /dev/null || status=1`,
      `done < ${PIPELINE_DIRECTORY}/publish`,
      'exit "$status"',
    ],
    { env: { ...LOGIN_ENV, HEPHY_PLAN: PLAN, HEPHY_BUILDS: "'[]'", ...LIVE_OUTPUT } },
  );
  return [
    'publish:',
    `  needs: [${['plan', ...levels.map((level) => `build-${level}`)].join(', ')}]`,
    "  if: ${{ !cancelled() && needs.plan.outputs.publish == 'true' }}",
    `  runs-on: ${RUNNER}`,
    '  timeout-minutes: 120',
    ...indent(permissionLines(options, true)),
    ...steps([
      ...[checkoutStep(false), ...installSteps(options), DOWNLOAD_PLAN],
      ...[...loginSteps(options), publish, SHOW_REPORT, UPLOAD_REPORT],
    ]),
  ];
}

/** Otherwise nx keeps the output of a batch to its end. */
const LIVE_OUTPUT: Readonly<Record<string, string>> = { NX_SKIP_LOG_GROUPING: "'true'" };

function steps(all: readonly Step[]): readonly string[] {
  return ['  steps:', ...all.flatMap((step) => step.map((line) => `    ${line}`))];
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
