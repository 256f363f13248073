import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { folder, readAlertTests, readRules } from './readRules.ts';

const runbooks = new URL('../../../docs/runbooks/', import.meta.url);
const alerts = readRules().filter(({ alert }) => alert !== undefined);
const names = [...new Set(alerts.map(({ alert = '' }) => alert))];
const readPage = (name: string) => readFileSync(new URL(`${name}.md`, runbooks), 'utf8');

test('every alert is tried both firing and silent', () => {
  const tests = readAlertTests();
  const tried = (fires: boolean) => [
    ...new Set(tests.filter((one) => one.fires === fires).map(({ alert }) => alert)),
  ];
  expect(tried(true).toSorted()).toEqual(names.toSorted());
  expect(tried(false).toSorted()).toEqual(names.toSorted());
});

test('every alert has a page, and every page an alert', () => {
  const pages = readdirSync(runbooks)
    .filter((file) => file !== 'README.md')
    .map((file) => file.replace('.md', ''));
  expect(pages.toSorted()).toEqual(names.toSorted());
  const index = readPage('README');
  expect([...index.matchAll(/^\| \[(\w+)\]/gm)].map(([, name]) => name).toSorted()).toEqual(names.toSorted());
});

test('the example for Alertmanager names alerts that exist', () => {
  const example = readFileSync(`${folder}/alertmanager.example.yml`, 'utf8');
  const named = [...example.matchAll(/alertname =~? "?([\w|]+)/g)].flatMap(([, found = '']) =>
    found.split('|'),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
});

test('every alert leads to its page and says how urgent it is', () => {
  const faults = alerts
    .filter(
      ({ alert, labels, annotations }) =>
        annotations.runbook_url !== `{{ $externalLabels.runbooks }}/${alert}.md` ||
        !annotations.summary?.endsWith('.') ||
        !['page', 'ticket'].includes(labels.severity ?? ''),
    )
    .map(({ alert }) => alert);
  expect(faults).toEqual([]);
});

test.each(names)('the page of %s says what it is and what to do', (name) => {
  const page = readPage(name);
  expect([...page.matchAll(/^#+ .*$/gm)].map(([heading]) => heading)).toEqual([
    `# ${name}`,
    '## What it means',
    '## How to see it',
    '## What to do',
    '## How to know that it is over',
  ]);
  const urgencies = [
    ...new Set(alerts.filter(({ alert }) => alert === name).map(({ labels }) => labels.severity)),
  ];
  const severity = urgencies.join(' or ');
  expect(page).toContain(`(${severity})`);
  expect(readPage('README')).toMatch(new RegExp(`^\\| \\[${name}\\].*\\| ${severity} \\|$`, 'm'));
});
