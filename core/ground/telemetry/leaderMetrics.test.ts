import { afterEach, expect, test } from 'vitest';
import { beginLead, defineLeaderCounter, defineLeaderGauge, isLeading, type Lead } from './leaderMetrics.ts';
import { readMetrics } from './readMetrics.ts';

const plain = defineLeaderGauge({ name: 'star_graph_lead_test_plain', help: 'A gauge without labels' });
const labelled = defineLeaderGauge({
  name: 'star_graph_lead_test_labelled',
  help: 'A gauge',
  labels: ['lane'],
});
const total = defineLeaderCounter({
  name: 'star_graph_lead_test_total',
  help: 'A counter',
  labels: ['kind'],
});

const showAll = (lead: Lead) =>
  lead.show(() => {
    plain.set(7);
    labelled.set({ lane: 'short' }, 7);
    total.inc({ kind: 'grant' }, 7);
  });
const readShown = async () =>
  (await readMetrics('text')).text.split('\n').filter((line) => /^star_graph_lead_test/.test(line));
const shown = [
  'star_graph_lead_test_plain 7',
  'star_graph_lead_test_labelled{lane="short"} 7',
  'star_graph_lead_test_total{kind="grant"} 7',
];

const soon = () => performance.now() + 60_000;
let lead: Lead;
afterEach(() => lead.end());

test('figures of the platform go with the lead', async () => {
  lead = beginLead(soon());
  expect(await readShown()).toEqual([]);
  showAll(lead);
  expect(await readShown()).toEqual(shown);
  lead.end();
  expect(await readShown()).toEqual([]);
});

test('a round that outlasts the lead shows nothing', async () => {
  lead = beginLead(soon());
  const past = lead;
  lead.end();
  showAll(past);
  expect(await readShown()).toEqual([]);
  lead = beginLead(soon());
  showAll(past);
  expect(await readShown()).toEqual([]);
  past.end();
  expect(isLeading()).toBe(true);
});

test('a lease that ended unnoticed shows nothing, until it is renewed', async () => {
  lead = beginLead(soon());
  showAll(lead);
  lead.extend(performance.now());
  expect(isLeading()).toBe(false);
  expect(await readShown()).toEqual([]);
  showAll(lead);
  expect(await readShown()).toEqual([]);
  lead.extend(soon());
  showAll(lead);
  expect(await readShown()).toEqual(shown);
});
