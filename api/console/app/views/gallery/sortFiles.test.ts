import { expect, test } from 'vitest';
import { sortFiles } from './sortFiles.ts';

const file = (name: string, type: string, size = 1) => ({ name, type, size });

test('every picture, film and sound of a drop is taken, in its order', () => {
  const files = [
    file('a.png', 'image/png'),
    file('b.mp4', 'video/mp4'),
    file('c.JPG', 'image/jpeg'),
    file('d.mp3', 'audio/mpeg'),
    file('e.opus', 'audio/ogg'),
  ];
  expect(sortFiles(files)).toEqual({ taken: files, refused: [] });
});

test('each type that is refused has one sentence, with all the names it is about', () => {
  const { taken, refused } = sortFiles([
    file('one.heic', 'image/heic'),
    file('graph.json', 'application/json'),
    file('two.HEIC', ''),
    file('kept.webp', 'image/webp'),
    file('folder', '', 0),
    file('notes.txt', 'text/plain'),
  ]);
  expect(taken.map(({ name }) => name)).toEqual(['kept.webp']);
  expect(refused.map(({ names }) => names)).toEqual([
    ['one.heic', 'two.HEIC'],
    ['graph.json'],
    ['folder'],
    ['notes.txt'],
  ]);
  expect(refused[0]?.sentence).toContain('JPEG');
  expect(refused[3]?.sentence).toContain('PNG, JPEG, WebP, GIF');
});
