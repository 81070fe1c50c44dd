import { CREATED, MAIN } from '../testing/gitlab-variables';
import { PipelineStage } from '../testing/pipeline-stage';
import { openPlanning, work } from '../testing/planning-stage';
import { allBuilt, endsOf, servePipelines } from '../testing/serve-pipelines';
import { CONFIG } from '../testing/three-images';

const { proxy } = servePipelines();

describe('a base that other runs build anew, and this pipeline does not', () => {
  it.each([
    ['by its config', { 'images/base/build-config.yaml': `${CONFIG}reuse: false\n` }, undefined],
    ['by HEPHY_REBUILD in the surroundings of the publish job', {}, 'all'],
  ] as const)('is taken from the registry: %s', async (why, files, rebuild) => {
    const repository = `${proxy().host}/team/${why.includes('config') ? 'config' : 'option'}`;
    const planning = openPlanning(repository, files);
    const stage = new PipelineStage(planning.workspace, { repository, started: CREATED, env: MAIN });
    try {
      await planning.publish();
      planning.workspace.write({ 'images/web/b': 'changed\n' });
      const planned = await planning.plan(MAIN, { affected: ['web'] });
      expect(work(planned)).toEqual({ web: 'linux/amd64, linux/arm64' });
      await stage.build(planned);
      const end = await stage.publish(planned, ['web'], rebuild === undefined ? {} : { rebuild });
      expect(endsOf(end)).toEqual(allBuilt('web'));
      expect(end.failed).toBe(false);
    } finally {
      stage.remove();
      planning.remove();
    }
  });
});
