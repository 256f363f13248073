import { createHash } from 'node:crypto';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { findRewriter } from '@star-graph/core/media/metadata/findRewriter';
import { formatProvenance } from '@star-graph/core/media/metadata/provenance';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);

/** A picture as the platform stores results: with its origin written into it. */
async function createResult(taskId: string): Promise<Buffer> {
  const plain = await createTwoColours(64, 48).png().toBuffer();
  const provenanceText = formatProvenance({
    platform: 'star-graph',
    workflow: { name: 'text2img', version: 1 },
    taskId,
    seed: 7,
    params: { prompt: 'a fox' },
  });
  return Buffer.concat(findRewriter('png')?.rewrite(plain, { provenanceText, orientation: 1 }) ?? []);
}

async function uploadAndAsk(token: string, bytes: Buffer) {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)]), 'photo.png');
  const { id } = (await api.call('/api/v1/assets', { token, body: form })).body;
  return api.call(`/api/v1/assets/${id}/origin`, { token });
}

/** A person's task with `bytes` as its result. */
async function createTaskWithResult(visibility: 'public' | 'private') {
  const owner = await api.signUp();
  const token = owner.accessToken;
  const body = { prompt: 'a fox', seed: 5, meta: { visibility } };
  const task = (await api.call('/api/v1/generate/text2img', { token, body })).body;
  const bytes = await createResult(task.id);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const id = newId();
  const facts = { mime: 'image/png', width: 64, height: 48, bytes: bytes.length, sha256, position: 0 };
  await Asset.query(platform.db.database).insert({
    ...facts,
    id,
    userId: owner.user.id,
    taskId: task.id,
    kind: 'output',
    storageKey: `outputs/${task.id}/${sha256}.png`,
    createdAt: new Date(),
  });
  return { owner, task, bytes, resultId: id };
}

test("a result's copy shows anybody its task, its price only if public", async () => {
  const stranger = await api.signUp();
  for (const visibility of ['public', 'private'] as const) {
    const { task, bytes, owner, resultId } = await createTaskWithResult(visibility);
    const told = await uploadAndAsk(stranger.accessToken, bytes);
    expect(told.body).toMatchObject({
      recorded: true,
      taskId: task.id,
      workflow: { name: 'text2img', version: 1 },
      params: { prompt: 'a fox', seed: 5, model: task.params.model },
    });
    expect(told.body.cost).toBe(visibility === 'public' ? task.cost : undefined);
    const own = await api.call(`/api/v1/assets/${resultId}/origin`, { token: owner.accessToken });
    expect(own.body).toMatchObject({ recorded: true, taskId: task.id, cost: task.cost });
    const foreign = await api.call(`/api/v1/assets/${resultId}/origin`, { token: stranger.accessToken });
    expect(foreign.status).toBe(404);
  }
});

test('a file’s own statements about its task are not called recorded', async () => {
  const { accessToken: token } = await api.signUp();
  const { task } = await createTaskWithResult('public');
  const changed = createTwoColours(10, 10).png().toBuffer();
  for (const taskId of [newId(), 'nothing', task.id]) {
    const provenanceText = formatProvenance({
      platform: 'star-graph',
      workflow: { name: 'text2img', version: 1 },
      taskId,
      params: { prompt: 'forged' },
    });
    const forged = Buffer.concat(
      findRewriter('png')?.rewrite(await changed, { provenanceText, orientation: 1 }) ?? [],
    );
    const told = await uploadAndAsk(token, forged);
    expect(told.body).toEqual({
      recorded: false,
      taskId,
      workflow: { name: 'text2img', version: 1 },
      params: { prompt: 'forged' },
    });
  }
});

test('a picture from elsewhere has no origin here', async () => {
  const { accessToken } = await api.signUp();
  const plain = await createTwoColours(64, 48).png().toBuffer();
  expect((await uploadAndAsk(accessToken, plain)).status).toBe(404);
});
