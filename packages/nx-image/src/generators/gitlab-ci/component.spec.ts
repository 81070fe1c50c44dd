import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { TEMPLATES, templates } from '../../ci/gitlab/templates';
import { INSTALL_LINE } from '../../ci/shell/install-line';
import { GITLAB_FLAGS, readGitlabSettings } from '../../ci/read-gitlab-settings';

const CHECKOUT = join(__dirname, '../../../../..');
const PAGE = join(CHECKOUT, 'docs/ci.md');
const MARK = '<!-- inputs: from templates/hephy/template.yml; UPDATE_INPUTS=1 writes them -->';

interface Input {
  readonly type: string;
  readonly default: unknown;
  readonly options?: readonly string[];
  readonly description: string;
}
interface Job {
  readonly tags?: unknown;
  readonly variables?: Readonly<Record<string, string | { readonly value: string }>>;
  readonly retry?: unknown;
}

const [header, body] = parseAllDocuments(readFileSync(join(CHECKOUT, 'templates/hephy/template.yml'), 'utf8')).map(
  (document) => document.toJS() as unknown,
);
const { inputs } = (header as { readonly spec: { readonly inputs: Readonly<Record<string, Input>> } }).spec;
const jobs = body as Readonly<Record<string, Job>>;
const variables = jobs['hephy-plan']?.variables ?? {};

describe('the GitLab component', () => {
  it.each(Object.entries(inputs))('says of the input %s what it is, and has a default', (_, input) => {
    expect(['string', 'number', 'boolean', 'array']).toContain(input.type);
    expect(input.default).toBeDefined();
    expect(input.description).toMatch(/\.$/);
  });

  it('is for GitLab what it takes: no list or yes-or-no as the value of a variable', () => {
    const filled = interpolate(body) as Readonly<Record<string, Job>>;
    for (const { variables = {} } of Object.values(filled)) {
      for (const variable of Object.values(variables))
        expect(typeof (typeof variable === 'object' ? variable.value : variable)).toMatch(/^(?:string|number)$/);
    }
    expect(filled['hephy-plan']?.tags).toEqual(['$CICD_TAG']);
  });

  it('has a tag for its runners only where somebody gives it one', () => {
    expect(jobs.variables).toEqual({ CICD_TAG: '' });
  });

  it('hands on what somebody has given for tags and missing images', () => {
    const given = { tags: ['a', 'b c'], look_for_missing: false };
    const tags = valueOf('HEPHY_CI_TAGS', given);
    expect(readGitlabSettings({ HEPHY_CI_TAGS: tags }, {}, {}).plainTags).toEqual(['a', 'b c']);
    expect(valueOf('HEPHY_CI_LOOK_FOR_MISSING', given).trim()).toBe('false');
  });

  it('uses every input, and no other', () => {
    const used = [...JSON.stringify(body).matchAll(/\$\[\[ inputs\.(\w+) \]\]/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(inputs).sort());
  });

  it('hands the planner each of its settings, with the defaults that it has itself', () => {
    const names = Object.values(GITLAB_FLAGS);
    expect(Object.keys(variables)).toEqual(expect.arrayContaining(names));
    const set = Object.fromEntries(names.map((name) => [name, valueOf(name)]));
    expect(readGitlabSettings(set, {}, {})).toEqual(readGitlabSettings({}, {}, {}));
    expect(JSON.stringify(jobs['hephy-plan'])).toContain(INSTALL_LINE);
  });

  it('tries again what the jobs of its child pipeline try again', () => {
    const { retry } = templates(readGitlabSettings({}, {}, {}))[TEMPLATES.hephy] ?? {};
    expect(retry).toBeDefined();
    expect([jobs['hephy-plan']?.retry, jobs['hephy-repository']?.retry]).toEqual([retry, retry]);
  });

  it('is documented as it is', () => {
    if (process.env.UPDATE_INPUTS !== undefined) writeTable();
    const [, after = ''] = readFileSync(PAGE, 'utf8').split(MARK);
    const rows = after.split(/\n## /)[0]?.match(/^\|.*\|$/gm) ?? [];
    expect(rows.slice(2).map(cellsOf)).toEqual(Object.entries(inputs).map(rowOf));
  });
});

/** As GitLab hands it on, where nobody sets the variable of tags. */
function valueOf(name: string, given?: Readonly<Record<string, unknown>>): string {
  const variable = interpolate(variables[name] ?? '', given) as string | number | { readonly value: string };
  return String(typeof variable === 'object' ? variable.value : variable).replaceAll('$CICD_TAG', '');
}

/** As GitLab does it, on what it has parsed: what is an input alone becomes its value, of the value's own type; in a longer text it becomes text. */
function interpolate(node: unknown, given: Readonly<Record<string, unknown>> = {}): unknown {
  const valueOfInput = (input = ''): unknown => given[input] ?? inputs[input]?.default;
  if (Array.isArray(node)) return node.map((item) => interpolate(item, given));
  if (typeof node === 'object' && node !== null)
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, interpolate(value, given)]));
  if (typeof node !== 'string') return node;
  const alone = /^\$\[\[ inputs\.(\w+) \]\]$/.exec(node)?.[1];
  if (alone !== undefined) return valueOfInput(alone);
  return node.replace(/\$\[\[ inputs\.(\w+) \]\]/g, (_, input: string) => {
    const value = valueOfInput(input);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function rowOf([name, { default: value, options, description }]: readonly [string, Input]): string[] {
  const shown =
    value === '' ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '')}\``;
  const choice = options?.map((option) => `\`${option}\``).join(', ');
  return [`\`${name}\``, shown, description + (choice === undefined ? '' : ` ${choice}`)];
}

function cellsOf(row: string): string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function writeTable(): void {
  const rows = Object.entries(inputs).map(
    (input) =>
      `| ${rowOf(input)
        .map((cell) => cell.replaceAll('|', '\\|'))
        .join(' | ')} |`,
  );
  const table = ['| Input | Default | Is |', '| --- | --- | --- |', ...rows].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  const [before = '', after = ''] = page.split(MARK);
  writeFileSync(PAGE, `${before}${MARK}\n\n${table}\n${after.slice(after.indexOf('\n## '))}`);
}
