import type { ApiClient } from '@star-graph/client/client';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import pino from 'pino';
import { expect, test } from 'vitest';
import { findModelTitles, type TitleDeps } from '../api/modelTitles.ts';
import { samplePicture, sampleTask } from '../testing/sampleTask.ts';
import { presentResult } from './resultEmbed.ts';
import { en } from './texts/en.ts';
import { zhCN } from './texts/zhCN.ts';

const owner = '200000000000000001';
const film = sampleTask({
  workflow: { name: 'text2video', version: 1 },
  params: {
    prompt: 'waves',
    model: 'sd_xl_base_1.0.safetensors',
    videoModel: 'svd_xt.safetensors',
    steps: 30,
    seed: 9,
  },
  outputs: [samplePicture(0, { mime: 'video/mp4', width: 1024, height: 576, durationMs: 2_500, fps: 10 })],
});

test.each([
  [en, 'Dreamshaper 8 · 1024 × 768 · 30 steps · seed 4711'],
  [zhCN, 'Dreamshaper 8 · 1024 × 768 · 30 步 · 种子 4711'],
])('a picture names its settings in one quiet line, without an id', (say, line) => {
  const { footer, description } = presentResult(say, sampleTask(), { owner }).toJSON();
  expect(footer?.text).toBe(line);
  // If the API is slow, the form for editing shows this text as the prompt: nothing else may be here.
  expect(description).toBe('a fox');
});

test.each([
  [
    en,
    'Stable Diffusion XL · Stable Video Diffusion XT · 1024 × 576 · 25 frames · 10 frames per second · 30 steps · seed 9',
  ],
  [
    zhCN,
    'Stable Diffusion XL · Stable Video Diffusion XT · 1024 × 576 · 25 帧 · 每秒 10 帧 · 30 步 · 种子 9',
  ],
])('a film says its models, frames and their rate', (say, line) => {
  expect(presentResult(say, film, { owner }).toJSON().footer?.text).toBe(line);
  const asked = { ...film, params: { ...film.params, frames: 24 } };
  expect(presentResult(say, asked, { owner }).toJSON().footer?.text).toContain(say.fact.frames(24));
});

test.each([
  [en, '10 frames per second · with sound'],
  [zhCN, '每秒 10 帧 · 有声音'],
])('a film with sound says so', (say, line) => {
  const [silent] = film.outputs;
  if (!silent) throw new Error('the sample is a film');
  const loud = { ...silent, sound: { codec: 'aac', sampleRate: 48_000, channels: 2 } };
  expect(presentResult(say, { ...film, outputs: [loud] }, { owner }).toJSON().footer?.text).toContain(line);
});

test('a sound says its seconds, a text its words, and neither a size', () => {
  const unseen = { width: 0, height: 0 };
  const outputs = [
    samplePicture(0, { mime: 'audio/mpeg', durationMs: 30_200, ...unseen }),
    samplePicture(1, { mime: 'text/plain', text: 'a *cat* '.repeat(200), ...unseen }),
  ];
  const { footer, fields, description } = presentResult(en, sampleTask({ outputs }), { owner }).toJSON();
  expect(footer?.text).toContain('30 seconds');
  expect(footer?.text).not.toContain('×');
  const words = fields?.find(({ name }) => name === 'Text')?.value ?? '';
  expect(words).toMatch(/^a \\\*cat\\\* /);
  expect(description).toBe('a fox');
  // Of a text that is all escapes, too, and behind a veil.
  const marks = [samplePicture(0, { mime: 'text/plain', text: '*'.repeat(4_000), ...unseen })];
  for (const isVeiled of [false, true]) {
    const [field] = (
      presentResult(en, sampleTask({ outputs: marks }), { owner, isVeiled }).toJSON().fields ?? []
    ).slice(-1);
    expect(field?.value.length).toBeLessThanOrEqual(1_024);
    expect(field?.value.startsWith('||')).toBe(isVeiled);
  }
});

test('a text without a word is a file alone, since Discord takes no empty field', () => {
  const outputs = [samplePicture(0, { mime: 'text/plain', text: ' \n', width: 0, height: 0 })];
  const { fields = [] } = presentResult(en, sampleTask({ outputs }), { owner }).toJSON();
  expect(fields.map(({ name }) => name)).toEqual([en.field.by, en.field.cost]);
});

test('a result names its models as operators call them', async () => {
  const title = { en: 'Dream', 'zh-CN': '梦' };
  const params = { properties: { model: { 'x-names': { 'Z-Image Turbo': { en: 'Fast', 'zh-CN': '快' } } } } };
  const catalogue = {
    listModels: async () => [{ name: 'sd15/dreamshaper_8.safetensors', title }],
    listWorkflows: async () => [
      { name: 'text2img', model: 'Stable Diffusion XL', params },
      { name: 'z-image', engineOf: 'text2img', model: 'Z-Image Turbo' },
    ],
  };
  const deps = { catalogue, clock: systemClock, log: pino({ level: 'silent' }) } as unknown as TitleDeps;
  const titles = await findModelTitles(deps, {} as ApiClient, 'zh-CN');
  const footerOf = (task: TaskView) => presentResult(en, task, { owner, titles }).toJSON().footer?.text;
  expect(footerOf(sampleTask())).toMatch(/^梦 · /);
  const ofEngine = sampleTask({ workflow: { name: 'z-image', version: 1 }, params: { steps: 8 } });
  expect(footerOf(ofEngine)).toMatch(/^快 · /);
  const silent = {
    ...deps,
    catalogue: { ...catalogue, listModels: () => Promise.reject(new Error('away')) },
  };
  const usual = await findModelTitles(silent as unknown as TitleDeps, {} as ApiClient, 'en');
  expect(usual(sampleTask())).toEqual(['Dreamshaper 8']);
});

test('what is not known of a result is not said', () => {
  const enlarged = sampleTask({ params: { image: 'x', scale: 2 }, cost: 1 });
  const embed = presentResult(en, enlarged, { owner }).toJSON();
  expect(embed.footer?.text).toBe('1024 × 768 · 2 times');
  expect(embed.description).toBeUndefined();
  expect(
    presentResult(en, { ...enlarged, params: {}, outputs: [] }, { owner }).toJSON().footer,
  ).toBeUndefined();
});

test.each([en, zhCN])('what is left is told where the owner alone reads it', (say) => {
  const costOf = (reader: Parameters<typeof presentResult>[2]) =>
    presentResult(say, sampleTask(), reader).toJSON().fields?.[1]?.value;
  expect(costOf({ owner })).toBe(say.credits(2));
  const own = { available: 0, held: 0, debt: 0, giftable: 0 };
  expect(costOf({ owner, left: { own } })).toBe(`${say.credits(2)} · ${say.balanceLeft(0)}`);
});

test.each([
  [en, "2 credits from the server's shared credits · 34 of your 50 left today"],
  [zhCN, '2 积分，由服务器的共享积分支付 · 您今天还剩 34 积分，共 50 积分'],
])('a server-paid result says so, with the rest of the day’s allowance', (say, told) => {
  const task = sampleTask({ payer: { guildId: '900000000000000001' } });
  const reader = { owner, left: { share: { left: 34, perDay: 50 } } };
  expect(presentResult(say, task, reader).toJSON().fields?.[1]?.value).toBe(told);
  expect(presentResult(say, task, { owner }).toJSON().fields?.[1]?.value).toBe(say.shared.paid(2));
});
