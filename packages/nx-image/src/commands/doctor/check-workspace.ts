import type { Check } from './check';

/** The plugin in nx.json, and the images that nx knows by it. */
export const checkWorkspace: Check = {
  name: 'workspace',
  find: ({ plugin, images, problems }) => {
    const [first] = problems;
    if (first !== undefined) {
      return Promise.resolve({
        verdict: 'failed',
        what: first.message,
        details: problems.slice(1).map(({ message }) => message),
        ...(first.hint === undefined ? {} : { mend: first.hint }),
        ...(first.code === undefined ? {} : { code: first.code }),
      });
    }
    if (!plugin) {
      return Promise.resolve({
        verdict: 'failed',
        what: 'nx.json does not name the plugin, so directories with a build-config.yaml are no projects',
        mend: 'Run npx nx g @hephy/nx-image:init, which adds it to `plugins` in nx.json.',
      });
    }
    if (images.length === 0) {
      return Promise.resolve({
        verdict: 'warning',
        what: 'nx knows no image: no directory has a build-config.yaml',
        mend: 'Make one: npx nx g @hephy/nx-image:image <directory>.',
      });
    }
    const names = images.map(({ name }) => name).sort();
    const shown = names.length > 8 ? [...names.slice(0, 8), `… ${names.length - 8} more`] : names;
    return Promise.resolve({ verdict: 'ok', what: `${names.length} images: ${shown.join(', ')}` });
  },
};
