import type { ImageConfig } from '../../oci/manifest';
import { findStartedPrograms } from './entrypoint';
import { layerFiles } from './layered-files';
import type { LayerFile, LayerFiles } from './read-layer';

const elf = (architecture: string, interpreter?: string): LayerFile => ({
  kind: 'elf',
  architecture,
  ...(interpreter === undefined ? {} : { interpreter }),
});
const script = (interpreter: string): LayerFile => ({ kind: 'script', interpreter });
const link = (target: string): LayerFile => ({ kind: 'symlink', target });
const hard = (target: string): LayerFile => ({ kind: 'hard link', target });
const OTHER: LayerFile = { kind: 'other' };

function layer(
  files: Readonly<Record<string, LayerFile>>,
  removed: readonly string[] = [],
  emptied: readonly string[] = [],
): LayerFiles {
  return { files: new Map(Object.entries(files)), removed: new Set(removed), emptied: new Set(emptied) };
}

function started(config: ImageConfig['config'], ...layers: LayerFiles[]): string[] {
  return findStartedPrograms(config, layerFiles(layers)).map(
    ({ through, architecture }) => `${through} ${architecture}`,
  );
}

const A = elf('amd64');

test.each<[string, ImageConfig['config'], LayerFiles[], string[]]>([
  ['an absolute path', { Entrypoint: ['/app'] }, [layer({ '/app': A })], ['/app amd64']],
  [
    'Cmd as well',
    { Entrypoint: ['/a'], Cmd: ['/b'] },
    [layer({ '/a': A, '/b': elf('arm64') })],
    ['/a amd64', '/b arm64'],
  ],
  ['neither', {}, [layer({ '/a': A })], []],
  ['null, as Docker writes it', { Entrypoint: null, Cmd: null, Env: null }, [layer({ '/a': A })], []],
  ['empty strings', { Entrypoint: [''], Cmd: [] }, [layer({ '/': A })], []],
  ['PATH as Docker has it', { Cmd: ['app'] }, [layer({ '/usr/bin/app': A })], ['/usr/bin/app amd64']],
  [
    'PATH of the config, in its order',
    { Cmd: ['app'], Env: ['PATH=/x', 'PATH=/opt/bin:/usr/bin'] },
    [layer({ '/usr/bin/app': A, '/opt/bin/app': elf('arm') })],
    ['/opt/bin/app arm'],
  ],
  ['a relative path', { Cmd: ['bin/app'], WorkingDir: '/srv' }, [layer({ '/srv/bin/app': A })], ['/srv/bin/app amd64']],
  ['a path with ..', { Cmd: ['/a/../../b/app'] }, [layer({ '/b/app': A })], ['/b/app amd64']],
  ['what lies in the base', { Cmd: ['/bin/sh', '-c', 'x'] }, [layer({ '/app': A })], []],
  [
    'a symbolic link',
    { Cmd: ['/app'] },
    [layer({ '/app': link('opt/real'), '/opt/real': A })],
    ['/app (/opt/real) amd64'],
  ],
  [
    'a link in the midst',
    { Cmd: ['/bin/app'] },
    [layer({ '/bin': link('usr/bin'), '/usr/bin': link('../opt'), '/opt/app': A })],
    ['/bin/app (/opt/app) amd64'],
  ],
  ['a link upwards', { Cmd: ['/a/b'] }, [layer({ '/a/b': link('../../../../c'), '/c': A })], ['/a/b (/c) amd64']],
  ['links in a circle', { Cmd: ['/a'] }, [layer({ '/a': link('b'), '/b': link('/a') })], []],
  ['a link to itself below', { Cmd: ['/a'] }, [layer({ '/a': link('a/a') })], []],
  ['hard links', { Cmd: ['/a'] }, [layer({ '/a': hard('/b'), '/b': hard('/c'), '/c': A })], ['/a amd64']],
  ['hard links in a circle', { Cmd: ['/a'] }, [layer({ '/a': hard('/a') })], []],
  ['merged /usr in the base', { Cmd: ['/bin/app'] }, [layer({ '/usr/bin/app': A })], ['/bin/app (/usr/bin/app) amd64']],
  [
    'a tar that writes through its own link',
    { Cmd: ['/bin/app'] },
    [layer({ '/bin': link('usr/bin'), '/bin/app': A })],
    ['/bin/app amd64'],
  ],
  [
    'a script and its interpreter',
    { Cmd: ['/run'] },
    [layer({ '/run': script('/bin/sh -e'), '/bin/sh': A })],
    ['/run → /bin/sh amd64'],
  ],
  [
    'a script by env',
    { Cmd: ['/run'] },
    [layer({ '/run': script('/usr/bin/env -S A=b python -u'), '/usr/bin/python': A })],
    ['/run → /usr/bin/python amd64'],
  ],
  [
    'env itself',
    { Cmd: ['/run'] },
    [layer({ '/run': script('/usr/bin/env x'), '/usr/bin/env': A })],
    ['/run → /usr/bin/env amd64'],
  ],
  [
    'a script of a script',
    { Cmd: ['/run'] },
    [layer({ '/run': script('/a'), '/a': script('/b'), '/b': A })],
    ['/run → /a → /b amd64'],
  ],
  ['scripts in a circle', { Cmd: ['/run'] }, [layer({ '/run': script('/run') })], []],
  ['a script without a name', { Cmd: ['/run'] }, [layer({ '/run': script('') })], []],
  [
    'the loader of a program',
    { Cmd: ['/a'] },
    [layer({ '/a': elf('arm64', '/lib/ld.so'), '/lib/ld.so': A })],
    ['/a arm64', '/a → /lib/ld.so amd64'],
  ],
  ['neither script nor program', { Cmd: ['/a'] }, [layer({ '/a': OTHER })], []],
  ['the upper layer', { Cmd: ['/a'] }, [layer({ '/a': A }), layer({ '/a': elf('arm64') })], ['/a arm64']],
  ['a whiteout', { Cmd: ['/a'] }, [layer({ '/a': A }), layer({}, ['/a'])], []],
  ['a whiteout of the directory', { Cmd: ['/b/a'] }, [layer({ '/b/a': A }), layer({}, ['/b'])], []],
  ['an opaque directory', { Cmd: ['/b/c/a'] }, [layer({ '/b/c/a': A }), layer({}, [], ['/b'])], []],
  [
    'an opaque directory with the file anew',
    { Cmd: ['/b/a'] },
    [layer({ '/b/a': A }), layer({ '/b/a': elf('arm64') }, [], ['/b'])],
    ['/b/a arm64'],
  ],
  ['a whiteout below', { Cmd: ['/a'] }, [layer({}, ['/a']), layer({ '/a': A })], ['/a amd64']],
  ['a file over a directory', { Cmd: ['/b/a'] }, [layer({ '/b/a': A }), layer({ '/b': OTHER })], []],
  ['a path that no kernel takes', { Cmd: [`/${'a/'.repeat(100_000)}`] }, [layer({ '/a': A })], []],
])('%s', (_, config, layers, programs) => {
  expect(started(config, ...layers)).toEqual(programs);
});

test('what can be seen of all layers', () => {
  const files = layerFiles([
    layer({ '/a': A, '/b': A, '/c/d': A, '/l': link('a') }),
    layer({ '/a': elf('arm64') }, ['/b'], ['/c']),
  ]);
  expect([...files.visible()].map(({ path }) => path)).toEqual(['/a']);
});
