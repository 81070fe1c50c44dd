import { CONFIG, setDoctorStage, WELL, without } from '../testing/doctor-stage';

const { emulators, examine, makeWorkspace, newDirectory } = setDoctorStage();

describe('what builds', () => {
  const registry = { options: { registry: '127.0.0.1:1/team/images' } };
  const withoutRoot = without('bwrap');

  it('is Kaniko without a root of its own', async () => {
    const found = await examine({ ...registry, programs: withoutRoot });
    expect(found.runtime).toMatchObject({ verdict: 'failed', code: 'RUNTIME_UNAVAILABLE' });
    expect(found.runtime?.details?.join('\n')).toMatch(
      /^not bubblewrap: .*\nnot docker: .*\nnot podman: .*\nnot direct: /,
    );
    expect(found.runtime?.mend).toContain('apt-get install bubblewrap');
    const local = await examine({ programs: withoutRoot });
    expect(local.runtime).toMatchObject({ verdict: 'warning' });
    expect(local.runtime?.what).toContain('buildah');
  });

  it('is an engine that is dead', async () => {
    const docker = 'echo "Cannot connect to the Docker daemon" >&2; exit 1';
    const found = await examine({ ...registry, programs: { ...withoutRoot, docker } });
    expect(found.runtime?.verdict).toBe('failed');
    expect(found.runtime?.details?.join('\n')).toContain('Cannot connect to the Docker daemon');
    const asked = await examine({ ...registry, programs: { ...WELL, docker }, env: { HEPHY_RUNTIME: 'docker' } });
    expect(asked.runtime).toMatchObject({ verdict: 'failed' });
    expect(asked.runtime?.what).toContain('HEPHY_RUNTIME asks for docker');
  });

  it('is a Kaniko that gets no fixes any more', async () => {
    const found = await examine({ programs: { ...WELL, 'kaniko-executor': 'echo "Kaniko version :  v1.23.2"' } });
    expect(found.kaniko).toMatchObject({ verdict: 'failed', code: 'BUILDER_OUTDATED' });
    expect(found.kaniko?.mend).toContain('ghcr.io/osscontainertools/kaniko');
  });

  it('is not where it is said to be', async () => {
    const found = await examine({ env: { HEPHY_KANIKO: '/none', HEPHY_MANIFEST_TOOL: '/none' } });
    expect(found.kaniko).toMatchObject({ verdict: 'failed', code: 'TOOL_MISSING' });
    expect(found['manifest-tool']).toMatchObject({ verdict: 'failed', code: 'TOOL_MISSING' });
  });

  it('is a buildah that is missing', async () => {
    const workspaceRoot = makeWorkspace({ 'images/web/build-config.yaml': `build_backend: buildah\n${CONFIG}` });
    const programs = without('buildah');
    const found = await examine({ workspaceRoot, programs });
    expect(found.buildah).toMatchObject({ verdict: 'failed', code: 'BUILDER_MISSING' });
    expect(found.buildah?.mend).toContain('apt-get install');
    expect(found.runtime?.what).toBe('buildah needs none');
  });

  it('is without emulation, or with one that builders do not see', async () => {
    const none = newDirectory();
    const refused = { directory: none, tryOut: () => Promise.resolve('refused' as const) };
    const other = process.arch === 'arm64' ? 'amd64' : 'arm64';
    for (const found of [
      await examine({ emulationDirectory: emulators('PO') }),
      await examine({ besides: { emulation: refused } }),
    ]) {
      expect(found.emulation).toMatchObject({ verdict: 'failed', code: 'EMULATION_MISSING' });
      expect(found.emulation?.details).toEqual([`images/web/Dockerfile:2 has a RUN for ${other}`]);
      expect(found.emulation?.mend).toContain('qemu-user-static');
    }
    const crossing = makeWorkspace({
      'images/web/Dockerfile':
        'FROM --platform=$BUILDPLATFORM alpine AS a\nRUN true\nFROM scratch\nCOPY --from=a /x /\n',
    });
    expect((await examine({ workspaceRoot: crossing, besides: { emulation: refused } })).emulation?.verdict).toBe('ok');
  });
});
