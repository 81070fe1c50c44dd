import { reportJson } from './report-json';
import { ImageResult } from './result';
import { buildResult, imageResult } from '../../testing/results';

describe('reportJson', () => {
  const web = imageResult({
    image: 'web',
    builds: [buildResult({ platform: 'linux/arm64' }), buildResult({ platform: 'linux/amd64' })],
  });
  const base = imageResult({ image: 'base', builds: [] });

  it('is an array of image results, images and platforms in order', () => {
    const read = ImageResult.array().parse(JSON.parse(reportJson([web, base])));
    expect(read.map((result) => result.image)).toEqual(['base', 'web']);
    expect(read[1]?.builds.map((build) => build.platform)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('does not depend on the order of the results', () => {
    expect(reportJson([web, base])).toBe(reportJson([base, web]));
  });

  it('is an empty array where nothing ran', () => {
    expect(reportJson([])).toBe('[]\n');
  });
});
