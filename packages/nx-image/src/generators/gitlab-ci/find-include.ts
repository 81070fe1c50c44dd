import { isMap, isScalar, isSeq, parseDocument, type Node, type Scalar } from 'yaml';

/** What includes hephy's jobs in somebody's pipeline. */
export interface FoundInclude {
  readonly kind: 'component' | 'local';
  /** Of a component, without its version; of a file its path. */
  readonly address: string;
  /** The pipeline with another one in its place: inputs, comments and all else stay. */
  readonly replaceBy: (entry: string) => string;
}

/** @param file that is included where the component is in the repository; undefined: the pipeline includes neither, or cannot be read */
export function findInclude(pipeline: string, file: string): FoundInclude | undefined {
  const document = parseDocument(pipeline, { logLevel: 'silent' });
  const include = document.get('include', true) as Node | undefined;
  for (const item of isSeq(include) ? include.items : [include]) {
    const found = isMap(item) ? readMap(pipeline, item.items, file) : readScalar(pipeline, item, file);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readMap(
  text: string,
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  file: string,
): FoundInclude | undefined {
  for (const { key, value } of pairs) {
    if (!isText(key) || !isText(value)) continue;
    const address = key.value === 'component' ? COMPONENT.exec(value.value)?.[1] : undefined;
    const replaceBy = (entry: string): string => replace(text, startOf(key), endOf(value), entry);
    if (address !== undefined) return { kind: 'component', address, replaceBy };
    if (key.value === 'local' && isFile(value.value, file)) return { kind: 'local', address: file, replaceBy };
  }
  return undefined;
}

/** A path by itself is a file of the repository: https://docs.gitlab.com/ci/yaml/#include */
function readScalar(text: string, item: unknown, file: string): FoundInclude | undefined {
  if (!isText(item) || !isFile(item.value, file)) return undefined;
  return {
    kind: 'local',
    address: file,
    replaceBy: (entry) => replace(text, startOf(item), endOf(item), `{ ${entry} }`),
  };
}

const COMPONENT = /^(\S+\/hephy)@\S+$/;

function isFile(path: string, file: string): boolean {
  return path.replace(/^\//, '') === file;
}

function isText(node: unknown): node is Scalar<string> {
  return isScalar(node) && typeof node.value === 'string';
}

const startOf = ({ range }: Scalar): number => range?.[0] ?? 0;
const endOf = ({ range }: Scalar): number => range?.[1] ?? 0;

function replace(text: string, start: number, end: number, entry: string): string {
  return text.slice(0, start) + entry + text.slice(end);
}
