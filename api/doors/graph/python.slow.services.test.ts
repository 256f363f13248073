import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { openPicture } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { drawing, graphFixture } from '../testing/graphFixture.ts';

const { api, pool, enter } = graphFixture();
beforeAll(async () => {
  await pool.release();
});

const script = new URL('../testing/follow.py', import.meta.url).pathname;

const isInstalled = existsSync('/usr/lib/python3/dist-packages/websocket');

// Debian's python3-websocket, for Debian's Python: another one on the path does not have it.
const withPython = test.skipIf(!isInstalled);

async function follow(key: string, graph: object) {
  const address = `${new URL(api.graphUrl).host}/${key}`;
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, address, JSON.stringify(graph)]);
  return JSON.parse(stdout) as { frames: Record<string, string[]>; files: Record<string, string[]> };
}

withPython("ComfyUI's own example in Python follows its graph to the picture", async () => {
  const { key, tasks } = await enter({ scopes: ['graph'] });
  const { files } = await follow(key, drawing());
  expect(files).toEqual({ '9': [expect.stringMatching(/\.png$/)] });
  expect((await tasks()).map(({ status }) => status)).toEqual(['succeeded']);
});

withPython(
  "ComfyUI's other example in Python gets its pictures on the socket, each time it asks",
  async () => {
    const { key, send, tasks } = await enter({ scopes: ['graph'] });
    const { '9': _saved, ...rest } = drawing({ seed: 2 });
    const node = 'save_image_websocket_node';
    const graph = {
      ...rest,
      '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 2 } },
      [node]: { class_type: 'SaveImageWebsocket', inputs: { images: ['8', 0] } },
    };
    const first = await follow(key, graph);
    // Event 1, a preview; format 2, PNG.
    const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 2]);
    const sent = (first.frames[node] ?? []).map((frame) => Buffer.from(frame, 'base64'));
    expect(sent.map((frame) => frame.subarray(0, 8))).toEqual([head, head]);
    for (const frame of sent)
      expect(await openPicture(frame.subarray(8)).metadata()).toMatchObject({
        format: 'png',
        width: 64,
        height: 64,
      });
    // Whoever lost the connection finds them there.
    expect(first.files[node]).toHaveLength(2);
    const [name] = first.files[node] ?? [];
    expect((await send(`/view?filename=${name}`)).status).toBe(200);
    const again = await follow(key, graph);
    expect(again.frames[node]).toEqual(first.frames[node]);
    expect((await tasks()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  },
);
