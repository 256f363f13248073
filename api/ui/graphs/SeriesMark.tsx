import type { GraphTone } from './graphTypes.ts';

/** The colour of a series, beside its name. */
export const SeriesMark = ({ tone }: { tone: GraphTone | undefined }) => (
  <span aria-hidden="true" class="sg-graph-mark" data-tone={tone ?? 'accent'} />
);
