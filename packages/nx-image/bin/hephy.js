#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const SOURCE = join(__dirname, '../src/commands/main.ts');
const BUILT = join(__dirname, '../dist/commands/main.js');

/** The package has JavaScript; the workspace that it is made in has the sources, which are always the newer ones. */
function loadCommands() {
  if (!existsSync(SOURCE)) return require(BUILT);
  const { ModuleKind, ScriptTarget } = require('typescript');
  const { register } = require('@swc-node/register/register');
  register({ module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true, sourceMap: true });
  return require(SOURCE);
}

loadCommands()
  .main(process.argv.slice(2))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
