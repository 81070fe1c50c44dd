import { builderText } from './builder-text';

describe('builderText', () => {
  it('says what builds, and of each runtime why or why not', () => {
    const considered = [
      { runtime: 'bubblewrap', usable: false, why: 'it is not on this machine' },
      { runtime: 'docker', usable: true, why: 'docker 20.10' },
      { runtime: 'podman', usable: undefined, why: 'not looked at, as another comes before it' },
    ];
    expect(
      builderText({ builder: 'kaniko', version: '1.28.3', runtime: 'docker', path: '/usr/bin/docker', considered }),
    ).toBe(`builder: kaniko 1.28.3, runtime docker (/usr/bin/docker)
  bubblewrap: no: it is not on this machine
  docker: yes: docker 20.10
  podman: left: not looked at, as another comes before it`);
  });

  it('says no more of a builder that needs no runtime', () => {
    expect(builderText({ builder: 'buildah', path: '/usr/bin/buildah', considered: [] })).toBe(
      'builder: buildah (/usr/bin/buildah)',
    );
  });
});
