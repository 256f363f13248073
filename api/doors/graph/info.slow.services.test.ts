import { eventually } from '@star-graph/core/testing/eventually';
import { beforeAll, expect, test } from 'vitest';
import { checkpoint, graphFixture } from '../testing/graphFixture.ts';

const { pool, enter, asAdmin } = graphFixture();
beforeAll(async () => {
  await pool.release();
});

test('the classes that graphs may use are told in the form that clients read', async () => {
  const { send } = await enter();
  const { status, body } = await send('/object_info');
  expect(status).toBe(200);
  for (const absent of ['SaveLatent', 'LoadLatent', 'CheckpointSave', 'LoadImageOutput'])
    expect(body).not.toHaveProperty(absent);
  expect(body.KSampler.input.required.sampler_name[0]).toContain('euler');
  const [checkpoints] = body.CheckpointLoaderSimple.input.required.ckpt_name;
  // Programs that take the first of a list draw by what the platform draws with itself.
  expect([checkpoints[0], checkpoints.includes(checkpoint)]).toEqual(['sd_xl_base_1.0.safetensors', true]);
  expect(new Set(checkpoints).size).toBe(checkpoints.length);
  expect(body.LoadImage.input.required.image).toEqual([[], { image_upload: true }]);
  expect(body.SaveImage).toMatchObject({ name: 'SaveImage', output_node: true });
  expect(body.KSampler.input_order.required).toEqual(Object.keys(body.KSampler.input.required));
  // What people read beside a field comes from the servers, too.
  expect(body.CheckpointLoaderSimple).toMatchObject({ display_name: 'Load Checkpoint', category: 'loaders' });
  expect(body.KSampler.description).toContain('denoise');
  expect(body.KSampler.input.required.steps[1]).toMatchObject({ min: 1, tooltip: expect.any(String) });
  expect(body.KSampler.input.required.sampler_name[1]).toEqual({ tooltip: expect.any(String) });
  const one = await send('/api/object_info/KSampler');
  expect(one.body).toEqual({ KSampler: body.KSampler });
  for (const unknown of ['NoSuchNode', 'constructor', 'SaveLatent'])
    expect((await send(`/object_info/${unknown}`)).body).toEqual({});
});

test('models that a person may not use are on no list and in no graph', async () => {
  const { send, person } = await enter();
  const other = await enter();
  const path = `users/${person.user.id}/policy`;
  const { body: before } = await asAdmin(path);
  const models = ['checkpoints/sd_xl_base_1.0.safetensors'];
  const { status } = await asAdmin(path, { ...noQuotas, version: before.version, models }, 'PUT');
  expect(status).toBe(200);
  // A process reads policies again after a moment.
  await eventually(async () => {
    const { body } = await send('/object_info/CheckpointLoaderSimple');
    expect(body.CheckpointLoaderSimple.input.required.ckpt_name[0]).toEqual(['sd_xl_base_1.0.safetensors']);
  });
  expect((await send('/models/checkpoints')).body).toEqual(['sd_xl_base_1.0.safetensors']);
  expect((await other.send('/models/checkpoints')).body).toContain(checkpoint);
  const prompt = {
    '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
    '2': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
    '3': { class_type: 'VAEDecode', inputs: { samples: ['2', 0], vae: ['1', 2] } },
    '4': { class_type: 'PreviewImage', inputs: { images: ['3', 0] } },
  };
  const refused = await send('/prompt', { prompt });
  expect(refused.body.node_errors['1'].errors[0].type).toBe('value_not_in_list');
  expect((await other.send('/prompt', { prompt })).status).toBe(200);
});

const noQuotas = {
  openTasks: null,
  simultaneousTasks: null,
  tasksPerDay: null,
  gpuSecondsPerDay: null,
  workflows: null,
  models: null,
};

test('the rest of what clients look at is there, and tells nothing of the servers', async () => {
  const { send } = await enter();
  expect((await send('/models')).body).toEqual(expect.arrayContaining(['checkpoints', 'loras', 'vae']));
  expect((await send('/models/nowhere')).status).toBe(404);
  expect((await send('/embeddings')).body).toEqual([]);
  expect((await send('/features')).body).toMatchObject({ supports_preview_metadata: true });
  const { body } = await send('/system_stats');
  expect(body).toMatchObject({ system: { os: 'posix', argv: [] }, devices: [{ name: 'pool' }] });
  expect(JSON.stringify(body)).not.toContain(new URL(pool.preview.url).host);
});
