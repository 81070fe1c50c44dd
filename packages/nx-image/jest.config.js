'use strict';

const base = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

module.exports = {
  testSequencer: require.resolve('../../tools/test/slow-first.cjs'),
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    { ...base, displayName: 'integration', testMatch: ['<rootDir>/integration/**/*.spec.ts'] },
  ],
  // What takes a second takes twenty on a machine that is busy with other things, and nothing is wrong.
  testTimeout: 180_000,
};
