import { describe, expect, test } from 'vitest';
import { readQuery } from '../readQuery.ts';
import { panelsOf, readDashboards } from './readDashboards.ts';

const dashboards = readDashboards();

test('dashboards have addresses of their own', () => {
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
  expect(new Set(dashboards.map(({ title }) => title)).size).toBe(dashboards.length);
});

describe.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))('%s', (_, dashboard) => {
  const panels = panelsOf(dashboard);

  test('is of a version that Grafana 11 and 12 read', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
    expect(dashboard.description).not.toBe('');
  });

  test('every panel says what it shows, in which unit', () => {
    const faults = panels
      .filter(
        ({ title, description, fieldConfig, libraryPanel }) =>
          !title || !description.endsWith('.') || !fieldConfig?.defaults.unit || libraryPanel !== undefined,
      )
      .map(({ title }) => title);
    expect(faults).toEqual([]);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('every line has a name in the legend', () => {
    const faults = panels
      .filter(
        ({ type, options, targets }) =>
          targets.length === 0 ||
          targets.some(({ legendFormat }) => !legendFormat) ||
          (type === 'timeseries' && !options?.legend?.showLegend),
      )
      .map(({ title }) => title);
    expect(faults).toEqual([]);
  });

  test('the data source is chosen in one place', () => {
    const { list } = dashboard.templating;
    expect(list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    const sources = [...panels, ...list.slice(1)].map(({ datasource }) => datasource?.uid);
    expect([...new Set(sources)]).toEqual([`$${'{datasource}'}`]);
  });

  test('every variable is used, and none is missing', () => {
    const text = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
    const used = new Set([...text.matchAll(/"\$(\w+)"/g)].map(([, name]) => name));
    const offered = dashboard.templating.list.map(({ name }) => name).filter((name) => name !== 'datasource');
    expect(offered.toSorted()).toEqual([...used].toSorted());
  });

  test('panels lie beside each other, never over each other', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBeLessThanOrEqual(24);
  });

  test('every query can be read', () => {
    const faults = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => readQuery(expr).faults));
    expect(faults).toEqual([]);
  });
});
