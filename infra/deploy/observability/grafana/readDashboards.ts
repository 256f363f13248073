import { z } from 'zod';
import { fillIntervals } from '../readQuery.ts';
import { boards } from './boards.ts';
import { renderBoard } from './renderBoard.ts';

const datasourceSchema = z.object({ type: z.string(), uid: z.string() });
const panelSchema = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string(),
  description: z.string().default(''),
  datasource: datasourceSchema.optional(),
  libraryPanel: z.unknown().optional(),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string().optional(),
        max: z.number().optional(),
        thresholds: z.object({ steps: z.array(z.object({ value: z.number().nullable() })) }).optional(),
        custom: z
          .object({ axisSoftMin: z.number().optional(), stacking: z.object({ mode: z.string() }).optional() })
          .optional(),
      }),
    })
    .optional(),
  options: z.object({ legend: z.object({ showLegend: z.boolean() }).optional() }).optional(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z
    .array(z.object({ refId: z.string(), expr: z.string(), legendFormat: z.string().optional() }))
    .default([]),
});
const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  schemaVersion: z.int(),
  panels: z.array(panelSchema),
  templating: z.object({
    list: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        query: z.string(),
        datasource: datasourceSchema.optional(),
      }),
    ),
  }),
});

type Dashboard = z.infer<typeof dashboardSchema>;
export type Panel = z.infer<typeof panelSchema>;

/** The dashboards as Grafana gets them. */
export const readDashboards = (): Dashboard[] =>
  Object.values(boards).map((board) => dashboardSchema.parse(JSON.parse(JSON.stringify(renderBoard(board)))));

/** Those that show something: not the headings of rows. */
export const panelsOf = ({ panels }: Dashboard): Panel[] => panels.filter(({ type }) => type !== 'row');

/** The query as Prometheus takes it: every series, over this interval. */
export const fillVariables = (expr: string, interval: string): string =>
  fillIntervals(expr, interval).replaceAll(/"\$\w+"/g, '".*"');
