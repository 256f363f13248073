import { expect, test } from 'vitest';
import { ComfyFault, type Inventory } from '../comfy.ts';
import type { HttpAnswer } from '../http/http.ts';
import { createModelSizeReader } from './modelSizes.ts';

const modelsOf = (checkpoints: string[], vae: string[] = []) => ({ checkpoints, vae }) as Inventory['models'];

/** Answers as ComfyUI does: 404 for a folder that it does not know. */
function serverOf(folders: Record<string, unknown>) {
  const asked: string[] = [];
  let isAway = false;
  return {
    asked,
    setAway(away: boolean) {
      isAway = away;
    },
    async request(path: string): Promise<HttpAnswer> {
      asked.push(path);
      if (isAway) throw new ComfyFault('unreachable', path);
      const json = folders[path.slice('/experiment/models/'.length)];
      return json === undefined ? { status: 404, json } : { status: 200, json };
    },
  };
}

test('asks a folder again only for a new file', async () => {
  const server = serverOf({ checkpoints: [{ name: 'a', size: 7 }, { name: 'a', size: 9 }, { name: 'b' }] });
  const read = createModelSizeReader(server, 1_000);
  expect(await read(modelsOf(['a', 'b']))).toEqual({ 'checkpoints/a': 7 });
  expect(await read(modelsOf(['a', 'b']))).toEqual({ 'checkpoints/a': 7 });
  expect(server.asked).toHaveLength(1);
  await read(modelsOf(['a', 'b', 'c']));
  expect(server.asked).toHaveLength(2);
});

test('an older server says nothing, and a silent one is asked again', async () => {
  const server = serverOf({ vae: [{ name: 'v', size: 3 }] });
  const read = createModelSizeReader(server, 1_000);
  server.setAway(true);
  expect(await read(modelsOf(['a'], ['v']))).toEqual({});
  server.setAway(false);
  expect(await read(modelsOf(['a'], ['v']))).toEqual({ 'vae/v': 3 });
  expect(await read(modelsOf(['a'], []))).toEqual({});
});
