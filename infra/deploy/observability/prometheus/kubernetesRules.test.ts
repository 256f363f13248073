import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { folder, listYaml } from './readRules.ts';

const made = '../../kubernetes/components/observability/rules.yaml';

test('the Prometheus operator is given the rules that Prometheus itself reads', async () => {
  const groups = listYaml('rules').flatMap(
    (path) => (parse(readFileSync(`${folder}/${path}`, 'utf8')) as { groups: unknown[] }).groups,
  );
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'star-graph', labels: { 'app.kubernetes.io/name': 'star-graph' } },
    spec: { groups },
  };
  const head = '# Made of infra/deploy/observability/prometheus/rules by kubernetesRules.test.ts.\n';
  await expect(head + stringify(object, { lineWidth: 0 })).toMatchFileSnapshot(made);
});
