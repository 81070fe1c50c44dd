import { ACTIONS } from './actions';
import { ecrOf, isGhcr, type WorkflowOptions } from './workflow-options';

/** A step's lines, the first with its dash. */
export type Step = readonly string[];

/** Where the planner writes, and the artifact with that. */
export const PIPELINE_DIRECTORY = 'dist/pipeline';
const ARTIFACT = 'hephy-pipeline';

export function checkoutStep(whole: boolean): Step {
  return [
    `- uses: ${ACTIONS.checkout}`,
    '  with:',
    // The planner may have to fetch what a force push left behind.
    ...(whole ? ['    fetch-depth: 0'] : ['    persist-credentials: false']),
  ];
}

/** Before any login: what packages run when they are installed finds no credentials. */
export function installSteps({ node: [input, version], npmCache, install }: WorkflowOptions): readonly Step[] {
  return [
    [
      `- uses: ${ACTIONS.setupNode}`,
      '  with:',
      `    ${input}: ${version}`,
      ...(npmCache ? ['    cache: npm'] : ['    package-manager-cache: false']),
    ],
    runStep([install]),
  ];
}

/** How jobs log in to the registry. Without any of it: DOCKER_AUTH_CONFIG, see `loginEnv`. */
export function loginSteps({ registry, awsRole }: WorkflowOptions): readonly Step[] {
  const ecr = ecrOf(registry);
  if (awsRole !== undefined) {
    return [
      [
        `- uses: ${ACTIONS.awsCredentials}`,
        '  with:',
        `    role-to-assume: ${awsRole}`,
        `    aws-region: ${ecr?.region ?? '${{ vars.AWS_REGION }}'}`,
      ],
      [`- uses: ${ACTIONS.ecrLogin}`, ...(ecr === undefined ? [] : ['  with:', `    registries: '${ecr.account}'`])],
    ];
  }
  if (!isGhcr(registry)) return [];
  return [
    [
      `- run: printf '%s' "$TOKEN" | docker login ghcr.io --username "$ACTOR" --password-stdin`,
      '  env:',
      '    ACTOR: ${{ github.actor }}',
      '    TOKEN: ${{ github.token }}',
    ],
  ];
}

/** For steps that speak to registries: credentials of those that jobs do not log in to. */
export const LOGIN_ENV: Readonly<Record<string, string>> = {
  DOCKER_AUTH_CONFIG: '${{ secrets.DOCKER_AUTH_CONFIG }}',
};

export function permissionLines({ registry, awsRole }: WorkflowOptions, writes: boolean): readonly string[] {
  return [
    'permissions:',
    '  contents: read',
    ...(awsRole === undefined ? [] : ['  id-token: write']),
    ...(isGhcr(registry) ? [`  packages: ${writes ? 'write' : 'read'}`] : []),
  ];
}

/** Names and other values reach a shell by its environment alone. */
export function runStep(script: readonly string[], more: StepDetails = {}): Step {
  const { id, name, condition, env = {} } = more;
  const [first = '', ...rest] = script;
  const plain = rest.length === 0 && /^\w[\w ./@=&-]*$/.test(first);
  const head = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(name === undefined ? [] : [`name: ${name}`]),
    ...(condition === undefined ? [] : [`if: ${condition}`]),
    ...(plain ? [`run: ${first}`] : ['run: |', ...script.map((line) => `  ${line}`)]),
    ...(Object.keys(env).length === 0
      ? []
      : ['env:', ...Object.entries(env).map(([key, value]) => `  ${key}: ${value}`)]),
  ];
  return head.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

export interface StepDetails {
  readonly id?: string;
  readonly name?: string;
  readonly condition?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `overwrite`: a run that is started again has an artifact of that name. */
export const UPLOAD_PLAN: Step = [
  `- uses: ${ACTIONS.uploadArtifact}`,
  '  with:',
  `    name: ${ARTIFACT}`,
  `    path: ${PIPELINE_DIRECTORY}`,
  '    if-no-files-found: error',
  '    overwrite: true',
];

export const DOWNLOAD_PLAN: Step = [
  `- uses: ${ACTIONS.downloadArtifact}`,
  '  with:',
  `    name: ${ARTIFACT}`,
  `    path: ${PIPELINE_DIRECTORY}`,
];

export const SHOW_REPORT: Step = runStep(
  ['test ! -f dist/hephy/report.md || cat dist/hephy/report.md >> "$GITHUB_STEP_SUMMARY"'],
  { condition: '${{ !cancelled() }}' },
);

/** Logs of builders, of which the summary has the last lines alone. */
export function uploadLogs(level: number): Step {
  return [
    '- if: ${{ failure() }}',
    `  uses: ${ACTIONS.uploadArtifact}`,
    '  with:',
    `    name: failed-build-${level}-\${{ strategy.job-index }}`,
    '    path: dist/images',
    '    overwrite: true',
  ];
}

export const UPLOAD_REPORT: Step = [
  '- if: ${{ !cancelled() }}',
  `  uses: ${ACTIONS.uploadArtifact}`,
  '  with:',
  '    name: images',
  '    path: |',
  '      dist/hephy',
  '      dist/images',
  '    overwrite: true',
];
