import type { Node } from 'yaml';
import { Halt, isNothing, NodeReader, startOf, type Places } from './node-reader';
import { syntaxProblem, type YamlProblem } from './syntax-problem';
import { newMapping, type Value } from './value';
import { yamlPackage } from './yaml-package';

const MAX_SYNTAX_PROBLEMS = 20;

export interface YamlReading {
  /** undefined where the text is no mapping that can be gone on with. */
  readonly root: Record<string, Value> | undefined;
  readonly problems: readonly YamlProblem[];
  readonly places: ReadonlyMap<object, Places>;
}

/** Reads any YAML 1.2, with anchors, aliases and merge keys, into values whose scalars are the source's text. */
export function readYaml(text: string): YamlReading {
  const { isMap, isScalar, parseDocument } = yamlPackage();
  const document = parseDocument(text, {
    schema: 'failsafe',
    resolveKnownTags: false,
    // Found below, in linear time.
    uniqueKeys: false,
    prettyErrors: false,
    // Silence would also hide a second document.
    logLevel: 'error',
  });
  const problems: YamlProblem[] = [];
  const places = new Map<object, Places>();
  const broken = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  let lineEnd = -1;
  for (const error of broken) {
    // What follows in the same line follows from it.
    if (error.pos[0] <= lineEnd || problems.length === MAX_SYNTAX_PROBLEMS) continue;
    const newline = text.indexOf('\n', error.pos[0]);
    lineEnd = newline < 0 ? text.length : newline;
    problems.push(syntaxProblem(error, document, text));
  }
  if (problems.length > 0) return { root: undefined, problems, places };
  try {
    const contents: Node | null = document.contents;
    if (contents === null || (isScalar(contents) && isNothing(contents)))
      return { root: newMapping(), problems, places };
    if (!isMap(contents)) throw new Halt(notMapping(contents));
    const root = new NodeReader(problems, places).readMap(contents);
    return { root: root.value as Record<string, Value>, problems, places };
  } catch (error) {
    if (!(error instanceof Halt)) throw error;
    return { root: undefined, problems: [...problems, error.problem], places };
  }
}

function notMapping(node: Node): YamlProblem {
  const what = `the file is ${yamlPackage().isSeq(node) ? 'a list' : 'text'}, not a mapping`;
  return {
    offset: startOf(node),
    code: 'CONFIG_SYNTAX',
    what,
    hint: 'Write keys and values, as `platforms: [linux/amd64, linux/arm64]`.',
  };
}
