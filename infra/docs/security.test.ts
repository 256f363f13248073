import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('.', import.meta.url);
const page = readFileSync(new URL('security.md', folder), 'utf8');
const links = [...page.matchAll(/\[([^\]]+)\]\(([^)]+\.test\.ts)\)/g)].map(
  ([, title = '', path = '']) => [title, path] as const,
);

test('the table of pitfalls names many tests', () => {
  expect(links.length).toBeGreaterThan(50);
});

test.each(links)('the pitfall’s test "%s" is there', (title, path) => {
  // Titles may be quoted either way.
  const text = readFileSync(new URL(path, folder), 'utf8').replaceAll("\\'", "'");
  expect(text).toContain(title);
});
