import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, readJsonFile, type Tree } from '@nx/devkit';
import { showErrors } from '../show-errors';
import { checkComponent } from './check-component';
import { findComponent, renderPipeline, type Inclusion } from './render-pipeline';

export interface GitlabCiOptions {
  readonly component?: string;
  readonly local?: boolean;
}

const PIPELINE = '.gitlab-ci.yml';
const LOCAL = '.gitlab/hephy.yml';
const COMPONENT = '$CI_SERVER_FQDN/hephy/hephy/hephy';
const WRITTEN =
  '# Written by `nx g @hephy/nx-image:gitlab-ci --local`, which writes it again after an update of the plugin.\n';

/** `nx g @hephy/nx-image:gitlab-ci`. A pipeline that is there stays, but for the component's version; a second run changes nothing. */
export default function gitlabCi(tree: Tree, options: GitlabCiOptions): Promise<void> {
  return showErrors(() => {
    if (options.local === true) write(tree, LOCAL, WRITTEN + readComponent());
    const there = tree.read(PIPELINE, 'utf8') ?? undefined;
    include(tree, there, chooseInclusion(options, there));
  });
}

function chooseInclusion({ component, local = false }: GitlabCiOptions, there = ''): Inclusion {
  if (local) return { kind: 'local', file: LOCAL };
  if (component !== undefined) checkComponent(component);
  return { kind: 'component', component: component ?? findComponent(there) ?? COMPONENT, version: readVersion() };
}

function include(tree: Tree, there: string | undefined, inclusion: Inclusion): void {
  const { whole, entry, includedBy } = renderPipeline(inclusion);
  if (there === undefined) {
    tree.write(PIPELINE, whole);
    return;
  }
  if (includedBy.test(there)) {
    write(
      tree,
      PIPELINE,
      there.replace(includedBy, (_, before: string) => before + entry),
    );
    return;
  }
  output.note({
    title: `${PIPELINE} is there and stays as it is`,
    bodyLines: ['Add to its `include:`', '', `  - ${entry}`, '', 'and the stage `build`, where it lists stages.'],
  });
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
