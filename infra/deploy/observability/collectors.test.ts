import { readFileSync } from 'node:fs';
import { logRecordSchema } from '@star-graph/core/ground/telemetry/logRecord';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (name: string) => readFileSync(new URL(`collectors/${name}`, import.meta.url), 'utf8');
const fields = Object.keys(logRecordSchema.shape);

/** Where each program names fields of a line. */
const namesIn: Record<string, RegExp> = {
  'otel-collector.yaml': /\battributes(?:\.|\[")([\w.]+)/g,
  'alloy.alloy': /= "(?:\\")?([a-z_.]+?)(?:\\")?",?\n(?=[\s\S]*stage\.timestamp)/g,
  'vector.yaml': /\{\{ "?([\w.]+)"? \}\}/g,
  'fluent-bit.yaml': /time_key: (\w+)/g,
  'fluent-bit-labels.json': /"([\w.]+)":/g,
};

test.each(Object.entries(namesIn))('%s names only fields that a line has', (file, pattern) => {
  const names = [...read(file).matchAll(pattern)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !fields.includes(name ?? ''))).toEqual([]);
});

test.each(['otel-collector.yaml', 'vector.yaml', 'fluent-bit.yaml', 'fluent-bit-labels.json'])(
  '%s can be parsed',
  (file) => {
    expect(Object.keys(parse(read(file)) as object)).not.toEqual([]);
  },
);

test.each(['otel-collector.yaml', 'alloy.alloy', 'vector.yaml', 'fluent-bit.yaml'])(
  '%s reads the log of each process',
  (file) => {
    for (const process of ['api', 'dispatcher', 'bot']) expect(read(file)).toContain(`/${process}.log`);
  },
);
