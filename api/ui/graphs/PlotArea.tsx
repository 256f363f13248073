import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { language } from '../texts/language.ts';
import type { PlotProps } from './graphTypes.ts';
import { plotOptions } from './plotOptions.ts';
import { watchTheme } from './readColour.ts';
import { SeriesMark } from './SeriesMark.tsx';
import { sayPoint, sayTime, sayValue } from './sayPoint.ts';
import './PlotArea.css';

/** The drawing itself. Mouse, finger and arrow keys go from time to time, and the values there are shown and said. */
export function PlotArea(props: PlotProps) {
  const { label, times, series, unit, grain } = props;
  const place = useRef<HTMLDivElement>(null);
  const [point, setPoint] = useState<number>();
  const plot = usePlot(place, props, setPoint);
  const shown = Math.min(point ?? times.length - 1, times.length - 1);
  const go = (index: number) => {
    const drawn = plot.current;
    const time = times[Math.max(0, Math.min(times.length - 1, index))];
    if (drawn && time !== undefined) drawn.setCursor({ left: drawn.valToPos(time, 'x'), top: 0 });
  };
  return (
    // A slider is what moves along a range by arrow keys, and says where it is.
    <div
      ref={place}
      class="sg-graph-plot"
      style={{ blockSize: `${props.height}px` }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, times.length - 1)}
      aria-valuenow={Math.max(0, shown)}
      aria-valuetext={sayPoint({ times, series, unit, grain }, shown)}
      onFocus={() => go(shown)}
      onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
      onKeyDown={(event) => {
        const target = keyTarget(event.key, shown, times.length);
        if (target === undefined) return;
        event.preventDefault();
        go(target);
      }}
    >
      {point !== undefined && plot.current && (
        <GraphTip plot={plot.current} point={point} times={times} series={series} unit={unit} grain={grain} />
      )}
    </div>
  );
}

function keyTarget(key: string, shown: number, count: number): number | undefined {
  if (key === 'ArrowLeft' || key === 'ArrowDown') return shown - 1;
  if (key === 'ArrowRight' || key === 'ArrowUp') return shown + 1;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

/** Made anew only when what is drawn is of another kind: new values go into the plot that is there. */
function usePlot(
  place: { current: HTMLDivElement | null },
  { times, series, unit, height }: PlotProps,
  onPoint: (index: number | undefined) => void,
) {
  const plot = useRef<uPlot>(undefined);
  const kind = JSON.stringify([
    language.value,
    height,
    series.map(({ name, tone, shape }) => [name, tone, shape]),
  ]);
  const data: uPlot.AlignedData = [[...times], ...series.map(({ values }) => [...values])];
  useEffect(() => {
    const host = place.current;
    if (!host) return;
    const options = plotOptions({ place: host, series, unit, height, width: host.clientWidth, onPoint });
    const made = new uPlot(options, data, host);
    plot.current = made;
    const size = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height }));
    size.observe(host);
    const leaveTheme = watchTheme(() => made.redraw());
    return () => {
      size.disconnect();
      leaveTheme();
      made.destroy();
      plot.current = undefined;
    };
  }, [kind, unit]);
  useEffect(() => plot.current?.setData(data), [times, series]);
  return plot;
}

interface Props extends Pick<PlotProps, 'times' | 'series' | 'unit' | 'grain'> {
  plot: uPlot;
  point: number;
}

/** The values of one time, beside it, on the side that has the room. The plot's own label says the same aloud. */
function GraphTip({ plot, point, times, series, unit, grain }: Props) {
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
