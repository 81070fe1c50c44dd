'use strict';

/** execa and what it imports are ES modules; jest runs CommonJS, so they are transformed like our own sources. */
const ESM =
  'execa|@sindresorhus/merge-streams|figures|get-stream|human-signals|is-plain-obj|is-stream|is-unicode-supported|npm-run-path|parse-ms|path-key|pretty-ms|strip-final-newline|unicorn-magic|yoctocolors|@sec-ant/readable-stream';

const base = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ESM})/)`],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  // Its exports know only `import`.
  moduleNameMapper: { '^unicorn-magic$': '<rootDir>/../../node_modules/unicorn-magic/node.js' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

module.exports = {
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    { ...base, displayName: 'integration', testMatch: ['<rootDir>/integration/**/*.spec.ts'] },
  ],
};
