import { readFileSync } from 'node:fs';
import { mediaKinds } from '@star-graph/workflows/shared/mediaKinds';
import { expect, test } from 'vitest';

const page = new URL('outputs.md', import.meta.url);
const [table = ''] = readFileSync(page, 'utf8').split('\n## ', 1);
const [head = [], ...rows] = table
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | '));
const words = { image: 'picture', video: 'film', audio: 'sound', text: 'text', model3d: '3D model' };
const proof = /^\[run\]\((\S+) "([^"]+)"\)$/;

test('the page says of each kind of result what a person gets of it', () => {
  expect(head).toEqual(['door', ...mediaKinds.map((kind) => words[kind]), 'several in one task', 'held by']);
});

test.each(rows)('what is said of %s is whole, and a test holds it', (...cells) => {
  expect(cells.map((cell) => cell.trim() !== '')).toEqual(head.map(() => true));
  const [, path = '', title = ''] = proof.exec(cells.at(-1) ?? '') ?? [];
  const text = readFileSync(new URL(path, page), 'utf8').replaceAll("\\'", "'");
  expect([path, text.includes(title)]).toEqual([path, true]);
});
