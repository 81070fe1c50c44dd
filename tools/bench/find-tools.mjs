import { findProgram } from '../setup/find-program.mjs';
import { registerEmulator } from '../setup/register-emulator.mjs';
import { findTool } from '../test/describe-tools.mjs';

/**
 * @typedef {object} Tools
 * @property {string | undefined} kaniko
 * @property {string | undefined} manifestTool
 */

/** @returns {Tools} */
export function findTools() {
  return {
    kaniko: process.env.HEPHY_KANIKO || findTool('Kaniko'),
    manifestTool: process.env.HEPHY_MANIFEST_TOOL || findTool('manifest-tool') || findProgram('manifest-tool'),
  };
}

/**
 * @param {'kaniko' | 'buildah'} builder
 * @param {Tools} tools
 * @returns {string | undefined} What keeps this builder from being measured here, if anything.
 */
export function whyNot(builder, tools) {
  if (tools.manifestTool === undefined) return 'there is no manifest-tool (HEPHY_MANIFEST_TOOL) for the bare loop';
  if (builder === 'kaniko' && tools.kaniko === undefined) return 'there is no Kaniko executor (HEPHY_KANIKO)';
  const needed = ['docker-registry', 'git', 'perl', 'setpriv', ...(builder === 'kaniko' ? ['bwrap'] : ['buildah'])];
  const missing = needed.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return `missing: ${missing.join(', ')}`;
  if (process.getuid() !== 0) return 'builders without a container engine need root';
  const emulation = registerEmulator();
  return emulation === undefined ? undefined : `no emulation of the other architecture: ${emulation}`;
}
