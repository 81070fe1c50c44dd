/** For a directory that looks like an image's and is none: it may be somebody else's. */
export function forgottenDockerfileText(root: string, configName: string): string {
  return `hephy: ${root} has a Dockerfile but no ${configName}: it is no image project. Add one, or name it in .nxignore.\n`;
}
