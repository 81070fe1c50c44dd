/** What makes `node_modules` of a job, by the lock file that is there. Each is a file's name and shell commands, the first that is there counts. */
export const INSTALLERS: readonly (readonly [file: string, commands: readonly string[]])[] = [
  ['package-lock.json', ['npm ci']],
  ['npm-shrinkwrap.json', ['npm ci']],
  ['pnpm-lock.yaml', ['corepack enable', 'pnpm install --frozen-lockfile']],
  // Of Yarn 2 and later; the first one knows no --immutable.
  ['.yarnrc.yml', ['corepack enable', 'yarn install --immutable']],
  ['yarn.lock', ['corepack enable', 'yarn install --frozen-lockfile']],
  ['bun.lock', ['npm install --global bun', 'bun install --frozen-lockfile']],
  ['bun.lockb', ['npm install --global bun', 'bun install --frozen-lockfile']],
];

/** One line of shell; without a lock file, what an image with hephy in it has. The component has the same line for the planner. */
export const INSTALL_LINE = `${INSTALLERS.map(
  ([file, commands], index) => `${index === 0 ? 'if' : 'elif'} [ -f ${file} ]; then ${commands.join('; ')};`,
).join(' ')} else ln -s /opt/hephy/node_modules node_modules; fi`;
