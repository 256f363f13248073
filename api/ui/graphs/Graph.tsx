import { useState } from 'preact/hooks';
import { Skeleton } from '../feedback/Skeleton.tsx';
import { loadPart } from '../loadPart.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import './Graph.css';
import type { GraphProps, PlotProps } from './graphTypes.ts';
import { SeriesMark } from './SeriesMark.tsx';
import { sayTime, sayValue } from './sayPoint.ts';

const texts = defineTexts({
  table: { en: 'As a table', 'zh-CN': '以表格显示' },
  when: { en: 'When', 'zh-CN': '时间' },
});

const GraphSkeleton = ({ height }: Pick<PlotProps, 'height'>) => <Skeleton height={`${height}px`} />;
/** What draws is 24 kB, and only views with a graph load it. */
const PlotArea = loadPart<PlotProps>(async () => (await import('./PlotArea.tsx')).PlotArea, GraphSkeleton);

/** Values over time, from zero, with their unit. The same is beneath as a table. */
export function Graph({ times, height = 220, grain = 'minute', ...graph }: GraphProps) {
  const { label, series } = graph;
  return (
    <figure class="sg-graph" aria-busy={times === undefined}>
      {series.length > 1 && (
        <figcaption class="sg-graph-legend">
          {series.map(({ name, tone }) => (
            <span key={name}>
              <SeriesMark tone={tone} />
              {name}
            </span>
          ))}
        </figcaption>
      )}
      {times === undefined ? (
        <GraphSkeleton height={height} />
      ) : (
        <>
          <PlotArea {...graph} label={label} times={times} height={height} grain={grain} />
          <GraphTable {...graph} times={times} grain={grain} />
        </>
      )}
    </figure>
  );
}

function GraphTable({ label, times, series, unit, grain }: Omit<PlotProps, 'height'>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="sg-graph-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.table}</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        <section class="sg-graph-rows" aria-label={label} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{texts.when}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {/* The newest is what people look for. */}
              {times
                .map((_, at) => times.length - 1 - at)
                .map((point) => (
                  <tr key={point}>
                    <th scope="row">{sayTime(times[point] ?? 0, grain)}</th>
                    {series.map(({ name, values }) => (
                      <td key={name}>{sayValue(values[point], unit)}</td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
