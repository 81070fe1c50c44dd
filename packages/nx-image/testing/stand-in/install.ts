import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StandIns {
  readonly kaniko: string;
  readonly bubblewrap: string;
  readonly manifestTool: string;
  /** The variables by which hephy takes them. */
  readonly env: Readonly<Record<'HEPHY_KANIKO' | 'HEPHY_BWRAP' | 'HEPHY_MANIFEST_TOOL', string>>;
}

/** Programs that stand in for Kaniko, its runtime and manifest-tool, in a directory of the caller's; they need buildah. */
export function installStandIns(directory: string): StandIns {
  mkdirSync(directory, { recursive: true });
  const install = (name: string, script: string): string => {
    const path = join(directory, name);
    // By their full paths: builders do not see our PATH.
    writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${join(__dirname, script)}' "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const kaniko = install('kaniko-executor', 'kaniko-executor.mjs');
  const bubblewrap = install('bwrap', 'bubblewrap.mjs');
  const manifestTool = install('manifest-tool', 'manifest-tool.mjs');
  return {
    kaniko,
    bubblewrap,
    manifestTool,
    env: { HEPHY_KANIKO: kaniko, HEPHY_BWRAP: bubblewrap, HEPHY_MANIFEST_TOOL: manifestTool },
  };
}
