import { readFileSync } from 'node:fs';
import { findingSeverities } from '@star-graph/core/desk/doctor/findings';
import { expect, test } from 'vitest';
import { readSourceFiles } from '../tooling/sourceFiles.ts';

const page = readFileSync(new URL('doctor.md', import.meta.url), 'utf8');
const sections = [...page.matchAll(/^### (\S+)\n\nAn? (error|warning|note)\b/gm)].map(
  ([, code, severity]) => `${code} ${severity}`,
);
const findings = Object.entries(findingSeverities).map((entry) => entry.join(' '));

test('each finding has its section with its severity, and no other has', () => {
  expect(sections.toSorted()).toEqual(findings.toSorted());
});

test('each finding is made somewhere', () => {
  const sources = readSourceFiles(/^(core\/desk|infra\/cli)\/doctor\/(?!findings\.ts$).*(?<!\.test)\.ts$/);
  const texts = sources.filter(({ path }) => path !== 'core/desk/doctor/findings.ts').map(({ text }) => text);
  const unused = Object.keys(findingSeverities).filter(
    (code) => !texts.some((text) => text.includes(`'${code}'`)),
  );
  expect(unused).toEqual([]);
});
