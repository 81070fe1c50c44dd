import { SECOND, FIRST, type EndingStage } from './stage';
import type { Moment } from './moments';
import { readRun } from './read-run';
import { untilGone } from '../traces';
import { findUnverified, isPublic, type Tags } from './verify-tags';

/**
 * The run after: it works, builds what no certificate names yet and nothing else, and publishes. Then it is known what the tags were to become: in between
 * each was old or new.
 * @param before the registry before the run that was ended
 * @param between the registry after it
 */
export async function checkNextRun(stage: EndingStage, before: Tags, between: Tags, moment: Moment): Promise<void> {
  const certified = await newlyCertified(stage, before, between);
  if (moment === 'mid-build' || moment === 'push') expect(certified).toContain(FIRST);
  if (moment === 'tags') expect(certified).toEqual([...stage.architectures, 'index']);
  const from = stage.proxy.log.length;
  const { succeeded, output } = await stage.startBatches().ended;
  if (!succeeded) {
    const errors = readRun(stage)?.steps.flatMap(({ error }) => error ?? []);
    throw new Error(`the next run failed:\n${output}\n${JSON.stringify(errors)}`);
  }
  const outcomes = (what: string) => (certified.includes(what) ? 'reused' : 'built');
  const run = readRun(stage);
  const found = { ...run?.builds, index: run?.manifest };
  expect(Object.fromEntries(Object.entries(found).map(([what, step]) => [what, step?.outcome]))).toEqual({
    [FIRST]: outcomes(FIRST),
    [SECOND]: outcomes(SECOND),
    index: outcomes('index'),
  });
  const pushed = stage.proxy.log
    .slice(from)
    .filter(({ method, resource }) => method === 'PUT' && resource.startsWith('manifests/push-'));
  expect(pushed).toHaveLength([FIRST, SECOND].filter((what) => !certified.includes(what)).length);
  const after = await stage.tags();
  const changed = Object.keys(after).filter((tag) => isPublic(tag) && after[tag] !== before[tag]);
  expect(changed).toContain('app-latest');
  expect(await findUnverified(stage.view, after, changed, stage.architectures)).toEqual([]);
  const neither = Object.entries(between).filter(
    ([tag, digest]) => isPublic(tag) && digest !== before[tag] && digest !== after[tag],
  );
  expect(neither).toEqual([]);
  expect(stage.leftOnDisk()).toEqual([]);
  await untilGone(() => stage.traces(), 30);
}

/** What the ended run has left for reuse: architectures, and `index`. */
async function newlyCertified(stage: EndingStage, before: Tags, between: Tags): Promise<string[]> {
  const tags = Object.keys(between).filter((tag) => tag.startsWith('in-') && !(tag in before));
  const found = tags.map(async (tag) => {
    const { manifests } = await stage.view.manifest(tag);
    return manifests === undefined ? await stage.view.architecture(tag) : 'index';
  });
  return (await Promise.all(found)).filter((what) => what !== undefined).sort();
}
