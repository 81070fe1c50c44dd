import type { BuilderName } from '../../config/build-config';
import type { Surroundings } from './surroundings';

/** The builders that the images ask for; without images the usual one. */
export function wantedBuilders({ images }: Pick<Surroundings, 'images'>): readonly BuilderName[] {
  const wanted = [...new Set(images.map(({ config }) => config.builder))];
  return wanted.length === 0 ? ['kaniko'] : wanted;
}
