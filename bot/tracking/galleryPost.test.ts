import type { ApiClient } from '@star-graph/client/client';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { type APIMessage, ComponentType } from 'discord.js';
import pino from 'pino';
import { expect, test } from 'vitest';
import { samplePicture, sampleTask } from '../testing/sampleTask.ts';
import { createGalleryPost } from './galleryPost.ts';
import { listMedia, listParts, readTexts } from './messageParts.ts';

const deps = {
  catalogue: { listModels: async () => [], listWorkflows: async () => [] },
  clock: systemClock,
  log: pino({ level: 'silent' }),
  platform: {} as ApiClient,
  clientFor: () => ({}) as ApiClient,
  fetch: async (url: string) => new Response(`bytes of ${url}`),
} as unknown as Parameters<typeof createGalleryPost>[0];
const channel = { id: '400000000000000001', parentId: null, isAgeRestricted: false };
const unseen = { width: 0, height: 0 };

async function post(change: Parameters<typeof samplePicture>[1], policy: { spoiler?: boolean } = {}) {
  const asset = samplePicture(0, change);
  const source = { channelId: '400000000000000002', messageId: '500000000000000001' };
  const claimed = { work: 'post', task: sampleTask({ outputs: [asset] }), asset, stars: 2, source };
  const place = { guildId: '600000000000000001', policy, channel };
  const { components = [], files = [] } = await createGalleryPost(
    deps,
    place as unknown as Parameters<typeof createGalleryPost>[1],
    claimed as unknown as Parameters<typeof createGalleryPost>[2],
    10_000_000,
  );
  const message = { components: components as APIMessage['components'] };
  expect(listMedia(message)).toEqual(files.map(({ name }) => ({ url: `attachment://${name}` })));
  const shown = listParts(message).find(
    ({ type }) => type === ComponentType.MediaGallery || type === ComponentType.File,
  );
  return {
    type: shown?.type,
    words: readTexts(message),
    isVeiled: JSON.stringify(shown).includes('"spoiler":true'),
  };
}

test.each([
  ['a picture', {}, ComponentType.MediaGallery],
  ['a film', { mime: 'video/mp4', durationMs: 2_000, fps: 25 }, ComponentType.MediaGallery],
  ['a sound', { mime: 'audio/mpeg', durationMs: 3_000, ...unseen }, ComponentType.File],
  ['a text', { mime: 'text/plain', text: 'a cat', ...unseen }, ComponentType.File],
  ['a body', { mime: 'model/gltf-binary', ...unseen }, ComponentType.File],
] as const)(
  '%s is posted as what Discord takes it for, veiled where results are',
  async (_, change, type) => {
    expect(await post(change)).toMatchObject({ type, isVeiled: false });
    expect(await post(change, { spoiler: true })).toMatchObject({ type, isVeiled: true });
  },
);

test('the words of a text stand in its post, behind the veil of the place', async () => {
  const text = { mime: 'text/plain', text: 'a *cat*', ...unseen };
  expect((await post(text)).words.split('\n')).toContain('a \\*cat\\*');
  expect((await post(text, { spoiler: true })).words.split('\n')).toContain('||a \\*cat\\*||');
});
