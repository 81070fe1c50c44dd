import type { FileModes } from '../src/source/file-modes';
import type { ContextInput } from '../src/source/list-context';
import { makeDirectories, write, type Directories } from './directories';

export interface ImageDirectories extends Directories {
  /** A workspace with the image directory `img`. */
  readonly newWorkspace: (files?: Readonly<Record<string, string>>) => string;
}

/** Workspaces of one image for the tests of a file, gone after them. */
export function makeImageDirectories(): ImageDirectories {
  const directories = makeDirectories();
  const newWorkspace = (files: Readonly<Record<string, string>> = {}) => {
    const root = directories.newDirectory();
    const all = {
      Dockerfile: 'FROM scratch\n',
      'build-config.yaml': 'platforms: [linux/amd64]\n',
      'project.json': '{}',
    };
    for (const [path, content] of Object.entries({ ...all, ...files })) write(root, `img/${path}`, content);
    return root;
  };
  return { ...directories, newWorkspace };
}

/** Of the image in such a workspace. */
export function inputOf(workspaceRoot: string, more: Partial<ContextInput> = {}): ContextInput {
  const modes: FileModes = new Map();
  return { workspaceRoot, imageRoot: 'img', contextPath: '.', dockerfilePath: 'Dockerfile', modes, ...more };
}
