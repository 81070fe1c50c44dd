import { startCopying } from './copy';
import { startFilter } from './filter';
import { startGraph } from './graph';
import { startImages } from './images';
import { startTabs } from './tabs';
import { startTheme } from './theme';
import { startTree } from './tree';

document.documentElement.classList.add('scripted');
startTheme();
if (document.getElementById('list') !== null) {
  const show = startTabs();
  const graph = startGraph((index) => {
    mark(index);
  });
  const mark = startTree(() => graph);
  const unfilter = startFilter(graph.dim);
  startImages(show, unfilter);
  startCopying();
}
