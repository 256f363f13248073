import { expect, test } from 'vitest';
import { readSourceFiles } from '../../tooling/sourceFiles.ts';
import { panelsOf, readDashboards } from './grafana/readDashboards.ts';
import { readRules } from './prometheus/readRules.ts';
import { readQuery } from './readQuery.ts';

/** Of Node, Prometheus itself, and the programs of `prometheus/exporters`. */
const ofOthers = /^(up|ALERTS|(nodejs|process|node|probe|DCGM|redis|mysql)_\w+)$/;

const rules = readRules();
const defined = new Set([
  ...readSourceFiles(/^(core|api|bot)\/(?!.*\.test\.ts$).*\.ts$/).flatMap(({ text }) =>
    [...text.matchAll(/\bname: '(star_graph_\w+)'/g)].map(([, name]) => name),
  ),
  ...rules.map(({ record }) => record),
]);

const unknownIn = (queries: readonly string[]): string[] =>
  [...new Set(queries.flatMap((expr) => readQuery(expr).metrics))].filter(
    (name) => !defined.has(name) && !ofOthers.test(name),
  );

test('every rule names metrics that a process has', () => {
  expect(unknownIn(rules.map(({ expr }) => expr))).toEqual([]);
});

test('every panel names metrics that a process has', () => {
  const panels = readDashboards().flatMap(panelsOf);
  expect(unknownIn(panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)))).toEqual([]);
});

test('every query of a page is one that Prometheus reads, and names metrics that a process has', () => {
  const queries = readSourceFiles(/^infra\/docs\/(?!zh\/).*\.md$/).flatMap(({ text }) =>
    // One that goes on has a line that is indented.
    [...text.matchAll(/^```promql\n(.*?)^```$/gms)].flatMap(([, lines = '']) =>
      lines.trim().split(/\n(?! )/),
    ),
  );
  expect(queries.length).toBeGreaterThan(5);
  expect(queries.flatMap((query) => readQuery(query).faults)).toEqual([]);
  expect(unknownIn(queries)).toEqual([]);
});

test('a name that nobody has is found in any place of a query', () => {
  expect(unknownIn(['up > 0 and on (a) rate(star_graph_nothing_bucket{le="1"}[$__rate_interval])'])).toEqual([
    'star_graph_nothing',
  ]);
  expect(readQuery('sum by (lane (up)').faults).not.toEqual([]);
});
