import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The rooms of the plugin, in the order of imports: a room imports from those in earlier rows, and within its row where named. */
const ROWS = [
  ['oci', 'errors'],
  ['config'],
  ['dockerfile'],
  ['builders'],
  ['plan'],
  ['report'],
  ['ci'],
  ['process'],
  ['registry', 'source', 'tools'],
  ['run'],
  ['inference'],
  ['executors', 'generators', 'commands'],
];
const PURE = ['oci', 'errors', 'config', 'dockerfile', 'builders', 'plan', 'report', 'ci'];
const SRC = './packages/nx-image/src';

const zones = ROWS.flatMap((row, index) =>
  row.map((room) => ({
    target: `${SRC}/${room}`,
    from: ROWS.slice(index)
      .flat()
      .filter((other) => other !== room)
      .map((other) => `${SRC}/${other}`),
    message: 'Imports go one way: see the rooms in CONTRIBUTING.md.',
  })),
);

const EFFECTS = [
  'fs',
  'fs/promises',
  'http',
  'https',
  'net',
  'tls',
  'child_process',
  'os',
  'process',
  'worker_threads',
  'execa',
  'timers',
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/.nx/**', '**/coverage/**', '**/fixtures/**', '**/files/**', '**/node_modules/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js'] } } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': ['error', { maxDepth: 8 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignoreConditionalTests: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['packages/nx-image/src/**/*.ts'],
    ignores: ['packages/nx-image/src/process/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value=/^(node:)?child_process$|^execa$/]',
          message: 'Processes start behind one door: src/process.',
        },
      ],
    },
  },
  {
    files: PURE.map((room) => `packages/nx-image/src/${room}/**/*.ts`),
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: EFFECTS.flatMap((name) => [name, `node:${name}`]).map((name) => ({
            name,
            message: 'A pure room has no effects: no files, processes, network, clock or environment.',
          })),
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'performance'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'A pure room has no clock.' },
      ],
    },
  },
  {
    files: ['**/*.spec.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: { module: 'writable', require: 'readonly', __dirname: 'readonly', __filename: 'readonly' },
    },
  },
);
