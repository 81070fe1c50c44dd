import { helperLines, loginLines, type JobLogin } from './login-lines';
import { quoteShell } from './quote';

export interface HephyScript {
  readonly login: JobLogin;
  /** Whose registry it speaks to. */
  readonly repository: string;
  /** As the planner had them. Variables of a pipeline's file come after those of the project, which may have others of these names: so they are set here. */
  readonly variables: Readonly<Record<string, string>>;
  /** The text of the handed plan, written to `.hephy/plan`. */
  readonly plan: string;
  /** Of hephy. */
  readonly command: readonly string[];
}

/** Lines of a job that runs hephy itself; HEPHY_FUNCTIONS come before them. Two, so that GitLab's log shows the command. */
export function hephyScript({ login, repository, variables, plan, command }: HephyScript): readonly string[] {
  const texts = [`${repository}/`];
  return [
    [
      'hephy_place',
      // Of another pipeline: runners keep directories.
      'rm -rf "$hephy_own/contexts"',
      ...Object.entries(variables).map((entry) => `export ${quoteShell(entry.join('='))}`),
      ...(login.login === 'none' ? [] : [...helperLines(login, texts), ...loginLines(login, texts), 'hephy_use_login']),
      `hephy_file "$hephy_own/plan" ${quoteShell(plan)}`,
      'set -e',
      '',
    ].join('\n'),
    ['npx', '--no', 'hephy', ...command].map(quoteShell).join(' '),
  ];
}
