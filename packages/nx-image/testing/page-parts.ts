import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const PAGE = join(__dirname, '../page');
const IMPORT = /^import (?:type )?\{[^}]*\} from '\.\/([\w-]+)';$/gm;
const DECLARATION = /^(?:async )?(?:function|const|let|class) (\w+)/gm;

/** The module that the report embeds: `page/style.css` and `page/script`, of which one script is made. */
export function pageParts(): string {
  const constants = { STYLE: style(readFileSync(join(PAGE, 'style.css'), 'utf8')), SCRIPT: script('main') };
  return [
    '// Made of packages/nx-image/page by page-parts.spec.ts; change that, and run it with UPDATE_PAGE=1.',
    ...Object.entries(constants).map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`),
    '',
  ].join('\n');
}

function style(text: string): string {
  return text
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/;\}/g, '}')
    .trim();
}

/** The modules one behind the other, what is imported first, in one scope: no name may be used twice. */
function script(entry: string): string {
  const parts = new Map<string, string>();
  const seen = new Set<string>();
  const add = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = readFileSync(join(PAGE, 'script', `${name}.ts`), 'utf8');
    for (const [, other = ''] of text.matchAll(IMPORT)) add(other);
    const { outputText } = transpileModule(text.replace(IMPORT, '').replace(/^export /gm, ''), {
      compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.ESNext, removeComments: true },
    });
    parts.set(name, outputText.replace(/^export \{\};\n/m, ''));
  };
  add(entry);
  const whole = [...parts.values()].join('');
  const names = [...whole.matchAll(DECLARATION)].map((match) => match[1]);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`two files of page/script have ${twice.join(', ')}`);
  if (/<\/|<!--|\u2028|\u2029/.test(whole)) throw new Error('the script holds what a page may not');
  return `'use strict';(()=>{\n${whole.replace(/^ +/gm, '')}})();`;
}
