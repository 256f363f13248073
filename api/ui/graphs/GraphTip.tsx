import type uPlot from 'uplot';
import type { PlotProps } from './graphTypes.ts';
import { SeriesMark } from './SeriesMark.tsx';
import { sayTime, sayValue } from './sayPoint.ts';

interface Props extends Pick<PlotProps, 'times' | 'series' | 'unit' | 'grain'> {
  plot: uPlot;
  point: number;
}

/** The values of one time, beside it, on the side that has the room. The plot's own label says the same aloud. */
export function GraphTip({ plot, point, times, series, unit, grain }: Props) {
  const time = times[point];
  if (time === undefined) return null;
  const { width } = plot.rect;
  const left = plot.valToPos(time, 'x');
  const isAtEnd = left > width / 2;
  const edge = `${isAtEnd ? width - left + 12 : plot.over.offsetLeft + left + 12}px`;
  return (
    <div class="sg-graph-tip" aria-hidden="true" style={isAtEnd ? { right: edge } : { left: edge }}>
      <span class="sg-quiet">{sayTime(time, grain)}</span>
      {series.map((one) => (
        <span key={one.name} class="sg-graph-tip-line">
          <SeriesMark tone={one.tone} />
          <span>{one.name}</span>
          <strong>{sayValue(one.values[point], unit)}</strong>
        </span>
      ))}
    </div>
  );
}
