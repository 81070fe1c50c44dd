import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, readJsonFile, type Tree } from '@nx/devkit';
import { mark, readMark, readSum } from '../written-mark';
import { HephyError } from '../../errors/hephy-error';
import { requireTop } from '../require-top';
import { showErrors } from '../show-errors';
import { checkComponent } from './check-component';
import { findInclude, type FoundInclude } from './find-include';
import { renderEntry, renderPipeline, type Inclusion } from './render-pipeline';

export interface GitlabCiOptions {
  readonly component?: string;
  readonly local?: boolean;
}

const PIPELINE = '.gitlab-ci.yml';
const LOCAL = '.gitlab/hephy.yml';
const COMPONENT = '$CI_SERVER_FQDN/hephy/hephy/hephy';

/**
 * `nx g @hephy/nx-image:gitlab-ci`. Without options the component is a file of the repository, which works on any GitLab. A pipeline that is there stays, but for where it has the component from; a second run
 * changes nothing.
 */
export default function gitlabCi(tree: Tree, options: GitlabCiOptions): Promise<void> {
  return showErrors(() => {
    requireTop(tree.root);
    const there = tree.read(PIPELINE, 'utf8') ?? undefined;
    const found = there === undefined ? undefined : findInclude(there, LOCAL);
    const inclusion = chooseInclusion(options, found);
    if (inclusion.kind === 'local') writeLocal(tree);
    include(tree, there, found, inclusion);
    // It would be there for nothing.
    if (inclusion.kind === 'component' && found?.kind === 'local' && isOurs(tree)) tree.delete(LOCAL);
  });
}

function chooseInclusion({ component, local }: GitlabCiOptions, found: FoundInclude | undefined): Inclusion {
  if (component !== undefined) checkComponent(component);
  if (component !== undefined && local === true) {
    throw new HephyError('OPTIONS_INVALID', '--component and --local exclude each other', {
      hint: 'With --local the component is a file of this repository, with --component it stays where that says.',
    });
  }
  const address = component ?? (local !== true && found?.kind === 'component' ? found.address : undefined);
  if (address === undefined && local !== false) return { kind: 'local', file: LOCAL };
  return { kind: 'component', component: address ?? COMPONENT, version: readVersion() };
}

function include(tree: Tree, there: string | undefined, found: FoundInclude | undefined, inclusion: Inclusion): void {
  const entry = renderEntry(inclusion);
  if (there === undefined) {
    tree.write(PIPELINE, renderPipeline(inclusion));
    return;
  }
  if (found !== undefined) {
    if (found.kind === 'component' || inclusion.kind === 'component') write(tree, PIPELINE, found.replaceBy(entry));
    return;
  }
  output.note({
    title: `${PIPELINE} is there and stays as it is`,
    bodyLines: [
      'Add to its `include:`',
      '',
      `  - ${entry}`,
      '',
      'and the stage `build`, where it lists stages.',
      'Merge requests have pipelines of their own then, and a job without `rules` is not in them: give your tests some.',
      'hephy begins at once; to wait for a job of yours: `hephy-plan: { needs: [{ job: test, optional: true }] }`.',
    ],
  });
}

/** @throws HephyError WORKFLOW_NOT_OURS */
function writeLocal(tree: Tree): void {
  if (tree.exists(LOCAL) && !isOurs(tree)) {
    throw new HephyError('WORKFLOW_NOT_OURS', `${LOCAL} is there, and is not as this generator wrote it`, {
      where: { file: LOCAL },
      hint: `Move it away, generate, and say in ${PIPELINE} what was edited: what stands there under the name of a job goes before.`,
    });
  }
  const text = mark(readComponent(), {}, 'gitlab-ci');
  // Formatted in another way it is the same.
  if (readSum(tree.read(LOCAL, 'utf8') ?? '') !== readSum(text)) tree.write(LOCAL, text);
}

function isOurs(tree: Tree): boolean {
  return readMark(tree.read(LOCAL, 'utf8') ?? '') !== undefined;
}

/** Nothing, where it is the same. */
function write(tree: Tree, path: string, text: string): void {
  if (tree.read(path, 'utf8') !== text) tree.write(path, text);
}

/** The package has it beside this file; in its own workspace it is where GitLab looks for components. */
function readComponent(): string {
  const places = [
    join(__dirname, 'files/template.yml'),
    join(__dirname, '../../../../../templates/hephy/template.yml'),
  ];
  const place = places.find((path) => existsSync(path));
  if (place === undefined) throw new Error(`the component is at neither ${places.join(' nor ')}`);
  return readFileSync(place, 'utf8');
}

function readVersion(): string {
  return readJsonFile<{ version: string }>(join(__dirname, '../../../package.json')).version;
}
