import { expect, test } from 'vitest';
import { fileNameOf } from './fileName.ts';

const nameOf = (prompt: unknown, mime = 'image/png') =>
  fileNameOf({ params: { prompt } }, { id: '0190-abcdef', mime });

test('a saved file is named by its first words, in any script', () => {
  expect(nameOf('A lighthouse, at dawn!')).toBe('a-lighthouse-at-dawn-abcdef.png');
  expect(nameOf('黎明的灯塔', 'video/mp4')).toBe('黎明的灯塔-abcdef.mp4');
  expect(nameOf('x'.repeat(60), 'image/webp')).toBe(`${'x'.repeat(40)}-abcdef.webp`);
  expect(nameOf('quiet piano', 'audio/mpeg')).toBe('quiet-piano-abcdef.mp3');
  expect(nameOf('a fox', 'text/plain')).toBe('a-fox-abcdef.txt');
  expect(nameOf(undefined, 'model/gltf-binary')).toBe('star-graph-abcdef.glb');
});

test('no prompt can choose another place or kind of file', () => {
  expect(nameOf('../../etc/passwd.exe')).toBe('etc-passwd-exe-abcdef.png');
  expect(nameOf('\u202Egnp.exe')).toBe('gnp-exe-abcdef.png');
  expect(nameOf(undefined)).toBe('star-graph-abcdef.png');
  expect(nameOf('<>:"/\\|?*')).toBe('star-graph-abcdef.png');
});
