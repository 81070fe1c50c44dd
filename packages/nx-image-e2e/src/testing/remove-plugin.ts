import { rmSync } from 'node:fs';

export default function removePlugin(): void {
  const directory = process.env.HEPHY_E2E_DIRECTORY;
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}
