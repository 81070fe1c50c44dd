'use strict';

module.exports = {
  testSequencer: require.resolve('../../tools/test/slow-first.cjs'),
  projects: [
    {
      displayName: 'e2e',
      rootDir: __dirname,
      testEnvironment: 'node',
      testMatch: ['<rootDir>/src/**/*.spec.ts'],
      globalSetup: '<rootDir>/src/testing/install-plugin.ts',
      globalTeardown: '<rootDir>/src/testing/remove-plugin.ts',
      transform: {
        '^.+\\.ts$': [
          '@swc/jest',
          { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
        ],
      },
      moduleFileExtensions: ['ts', 'js', 'json', 'node'],
    },
  ],
  // A whole build, of several images, on a busy machine of two cores.
  testTimeout: 600_000,
};
