import { findExternalTool } from '../../../nx-image/testing/external-tools';
import type { Env } from './run';

/** The real Kaniko executor; undefined where there is none, or where it cannot run: its own root needs root. */
export const KANIKO = process.getuid?.() === 0 ? findExternalTool('kaniko') : undefined;
export const MANIFEST_TOOL = findExternalTool('manifest-tool');

/** What makes hephy use the real tools, where there are any. */
export function toolEnv(): Env {
  return {
    ...(KANIKO === undefined ? {} : { HEPHY_KANIKO: KANIKO }),
    ...(MANIFEST_TOOL === undefined ? {} : { HEPHY_MANIFEST_TOOL: MANIFEST_TOOL }),
  };
}
