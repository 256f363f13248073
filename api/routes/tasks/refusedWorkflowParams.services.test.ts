import type { SignInView } from '@star-graph/contract/auth/signIn';
import { Task } from '@star-graph/core/ground/db/models/task';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { checkLedger } from '@star-graph/core/money/credits/ledgerCheck';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform, { SIGN_UP_GRANT: '1000' });
let person: SignInView;
/** Assets by what they are. */
let pictures: Record<'photo' | 'mask' | 'otherMask' | 'tiny' | 'unknown', string>;
beforeAll(async () => {
  person = await api.signUp();
  pictures = {
    photo: await upload(512, 384),
    mask: await upload(512, 384),
    otherMask: await upload(384, 512),
    tiny: await upload(8, 8),
    unknown: newId(),
  };
});
afterAll(async () => {
  expect(await checkLedger(platform.db.database)).toMatchObject({ ok: true, imbalance: 0, openHolds: 0 });
});

async function upload(width: number, height: number): Promise<string> {
  const form = new FormData();
  const png = await createTwoColours(width, height).png().toBuffer();
  form.append('file', new Blob([new Uint8Array(png)]), 'photo.png');
  return (await api.call('/api/v1/assets', { token: person.accessToken, body: form })).body.id;
}

const prompt = 'a lighthouse';
const photo = { picture: 'photo' } as const;
type PictureName = { picture: keyof typeof pictures };
const isPicture = (value: unknown): value is PictureName =>
  typeof value === 'object' && value !== null && 'picture' in value;

test.each<[workflow: string, body: Record<string, unknown>, pointer: string]>([
  ['text2img', { prompt, model: 'unheard-of.safetensors' }, '/model'],
  ['text2img', { prompt, loras: [{ name: 'unheard-of.safetensors' }] }, '/loras/0/name'],
  ['text2img', { prompt, sampler: 'guesswork' }, '/sampler'],
  ['text2img', { prompt, scheduler: 'whenever' }, '/scheduler'],
  ['text2img', { prompt, width: 100_000 }, '/width'],
  ['text2img', { prompt, width: 2048, height: 2048 }, '/height'],
  ['text2img', { prompt, count: 0 }, '/count'],
  ['img2img', { prompt }, '/image'],
  ['img2img', { prompt, image: null }, '/image'],
  ['img2img', { prompt, image: 'photo.png' }, '/image'],
  ['img2img', { prompt, image: photo, denoise: 2 }, '/denoise'],
  ['img2img', { prompt, image: { picture: 'tiny' } }, '/image'],
  ['pose', { prompt, image: photo, control: 'kick' }, '/control'],
  ['upscale', { image: photo, scale: 3 }, '/scale'],
  ['upscale', { image: photo, model: 'unheard-of.pth' }, '/model'],
  ['img2video', { image: photo, frames: 100_000 }, '/frames'],
  ['img2video', { image: photo, fps: 0 }, '/fps'],
  ['text2video', { prompt, frames: -1 }, '/frames'],
  ['inpaint', { prompt, image: photo }, '/mask'],
  ['inpaint', { prompt, image: photo, mask: { picture: 'otherMask' } }, '/mask'],
  ['outpaint', { prompt, image: photo }, '/right'],
  ['outpaint', { prompt, image: photo, top: 4096 }, '/top'],
])('%s with %j is refused at %s before any hold', async (workflow, raw, pointer) => {
  const body = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, isPicture(value) ? pictures[value.picture] : value]),
  );
  for (const path of [`/api/v1/generate/${workflow}`, `/api/v1/generate/${workflow}/quote`]) {
    const answer = await api.call(path, { token: person.accessToken, body });
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
    const pointers: string[] = answer.body.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers).toContain(pointer);
  }
  expect(await Task.query(platform.db.database).where({ userId: person.user.id })).toEqual([]);
  const balance = await api.call('/api/v1/users/balance', { token: person.accessToken });
  expect(balance.body).toMatchObject({ available: 1000, held: 0 });
});

test('a picture that nobody uploaded is not found, and nothing is held', async () => {
  const body = { prompt, image: pictures.unknown };
  const answer = await api.call('/api/v1/generate/img2img', { token: person.accessToken, body });
  expect([answer.status, codeOf(answer)]).toEqual([404, 'not-found']);
  expect(await Task.query(platform.db.database).where({ userId: person.user.id })).toEqual([]);
});
