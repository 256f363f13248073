import { formatDate, formatExact } from '../texts/formats.ts';
import type { GraphProps } from './graphTypes.ts';
import type { GraphUnit } from './units.ts';

export const sayTime = (time: number, grain: GraphProps['grain']): string =>
  grain === 'day' ? formatDate(time) : formatExact(time);

export const sayValue = (value: number | null | undefined, unit: GraphUnit): string =>
  value === null || value === undefined ? '–' : unit.say(value);

/** All that is known of one time, in one line. */
export function sayPoint(
  graph: Pick<GraphProps, 'series' | 'unit' | 'grain'> & { times: readonly number[] },
  point: number,
): string {
  const time = graph.times[point];
  if (time === undefined) return '–';
  const values = graph.series.map(({ name, values }) => `${name} ${sayValue(values[point], graph.unit)}`);
  return [sayTime(time, graph.grain), ...values].join(', ');
}
