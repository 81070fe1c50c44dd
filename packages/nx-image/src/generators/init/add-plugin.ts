import { parseJson, readNxJson, serializeJson, type Tree } from '@nx/devkit';
import { PLUGIN_NAMES } from '../../inference/plugin-options';

const NX_JSON = 'nx.json';
const [PLUGIN = ''] = PLUGIN_NAMES;

interface NxJson {
  plugins?: (string | { plugin: string })[];
}

/** Whether nx.json, or what it extends, has the plugin, with or without options. */
export function hasPlugin(tree: Tree): boolean {
  const plugins = (tree.exists(NX_JSON) ? (readNxJson(tree)?.plugins ?? []) : []) as NonNullable<NxJson['plugins']>;
  return plugins.some((entry) => PLUGIN_NAMES.includes(typeof entry === 'string' ? entry : entry.plugin));
}

/** Writes the plugin into nx.json, unless it is there. */
export function addPlugin(tree: Tree): void {
  if (hasPlugin(tree)) return;
  edit(tree, (nxJson) => ({ ...nxJson, plugins: [...(nxJson.plugins ?? []), { plugin: PLUGIN }] }));
}

/** Nx compares with `main` where nx.json says nothing else. */
export function setDefaultBase(tree: Tree, branch: string | undefined): void {
  if (branch === undefined || branch === 'main' || readNxJson(tree)?.defaultBase !== undefined) return;
  edit(tree, (nxJson) => ({ ...nxJson, defaultBase: branch }));
}

function edit(tree: Tree, change: (nxJson: NxJson) => NxJson & { readonly defaultBase?: string }): void {
  const text = tree.read(NX_JSON, 'utf8') ?? '{}\n';
  const written = `${serializeJson(change(parseJson<NxJson>(text)))}\n`;
  tree.write(NX_JSON, text.includes('\r\n') ? written.replaceAll('\n', '\r\n') : written);
}
