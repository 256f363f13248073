import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** This folder: Prometheus' own configuration. */
export const folder = import.meta.dirname;

const ruleSchema = z.object({
  expr: z.string(),
  record: z.string().optional(),
  alert: z.string().optional(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
const ruleFileSchema = z.object({
  groups: z.array(z.object({ name: z.string(), rules: z.array(ruleSchema) })),
});
const testFileSchema = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      alert_rule_test: z.array(
        z.object({ alertname: z.string(), exp_alerts: z.array(z.object({ exp_labels: z.object() })) }),
      ),
    }),
  ),
});

type Rule = z.infer<typeof ruleSchema>;

/** Paths of the files in a folder beside this file, from here. */
export const listYaml = (name: 'rules' | 'tests' | 'exporters'): string[] =>
  readdirSync(`${folder}/${name}`).map((file) => `${name}/${file}`);

const read = (path: string): unknown => parse(readFileSync(`${folder}/${path}`, 'utf8'));

export const readRules = (): Rule[] =>
  listYaml('rules').flatMap((path) => ruleFileSchema.parse(read(path)).groups.flatMap(({ rules }) => rules));

/** What `promtool test rules` tries: for each test the alert, and whether it is to fire. */
export const readAlertTests = (): { name: string; alert: string; fires: boolean }[] =>
  listYaml('tests').flatMap((path) =>
    testFileSchema.parse(read(path)).tests.flatMap(({ name, alert_rule_test }) =>
      alert_rule_test.map(({ alertname, exp_alerts }) => ({
        name,
        alert: alertname,
        fires: exp_alerts.length > 0,
      })),
    ),
  );
