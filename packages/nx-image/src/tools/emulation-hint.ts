/** The ways to a RUN for an architecture that is not this machine's. */
export function emulationHint(architecture: string): string {
  return [
    `Get emulation, as root: apt-get install qemu-user-static binfmt-support (Debian), or docker run --privileged --rm tonistiigi/binfmt --install ${architecture}. In binfmt_misc it must have flag F.`,
    `Or build on a machine (a CI runner) that is ${architecture} itself.`,
    'Or cross-compile: FROM --platform=$BUILDPLATFORM for stages that RUN something, and COPY --from=… what comes of it into a last stage that has no RUN.',
  ].join('\n');
}
