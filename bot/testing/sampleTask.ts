import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';

/** A result of a task. @param place from 0; id and bytes differ for each place. */
export const samplePicture = (place = 0, change: Partial<AssetView> = {}): AssetView => ({
  id: `01900000-0000-7000-8000-00000000010${place}`,
  kind: 'output',
  mime: 'image/png',
  width: 1024,
  height: 768,
  bytes: 1_000,
  sha256: String(place).repeat(64),
  url: `http://127.0.0.1/files/${place}.png`,
  ...change,
});

/** A task as the API presents it: a finished text2img. */
export const sampleTask = (change: Partial<TaskView> = {}): TaskView => ({
  id: '01900000-0000-7000-8000-000000000001',
  type: 'text2img',
  workflow: { name: 'text2img', version: 1 },
  status: 'succeeded',
  lane: 'interactive',
  params: { prompt: 'a fox', model: 'sd15/dreamshaper_8.safetensors', steps: 30, seed: 4711 },
  meta: {},
  cost: 2,
  charged: 2,
  attempt: 1,
  cached: false,
  progress: { percent: 100 },
  outputs: [samplePicture()],
  createdAt: '2026-01-01T00:00:00.000Z',
  ...change,
});
