import { Agent } from 'node:http';
import { send, smallPicture } from '../load.ts';
import type { BenchPlatform } from '../platform.ts';
import type { Door } from './door.ts';

const { prompt, width, height, steps } = smallPicture;

/** One request, whose answer has the picture inside. */
function createRestDoor(url: string, authorization: string, toBody: (seed: number) => object): Door {
  const agent = new Agent({ keepAlive: true });
  const headers = { 'Content-Type': 'application/json', Authorization: authorization };
  return {
    what: `POST ${new URL(url).pathname}`,
    async draw(seed) {
      await send(agent, { method: 'POST', url, headers, body: JSON.stringify(toBody(seed)) });
    },
    [Symbol.asyncDispose]: async () => agent.destroy(),
  };
}

export const createOpenAiDoor = ({ apiUrl }: BenchPlatform, key: string): Door =>
  createRestDoor(`${apiUrl}/v1/images/generations`, `Bearer ${key}`, (seed) => ({
    model: 'text2img',
    prompt,
    size: `${width}x${height}`,
    steps,
    seed,
  }));

/** It has no field for steps and seeds: words make each picture another one. */
export const createResponsesDoor = ({ apiUrl }: BenchPlatform, key: string): Door => ({
  ...createRestDoor(`${apiUrl}/v1/responses`, `Bearer ${key}`, (seed) => ({
    model: 'text2img',
    input: `${prompt} ${seed}`,
    tools: [{ type: 'image_generation', size: `${width}x${height}` }],
  })),
  same: (seed) => ({ prompt: `${prompt} ${seed}`, width, height }),
});

/** Nor for steps and sizes in pixels. */
export const createGeminiDoor = ({ apiUrl }: BenchPlatform, key: string): Door => ({
  ...createRestDoor(`${apiUrl}/v1beta/models/text2img:generateContent`, `Bearer ${key}`, (seed) => ({
    contents: [{ parts: [{ text: prompt }] }],
    generationConfig: { seed },
  })),
  same: (seed) => ({ prompt, seed }),
});

export const createA1111Door = ({ sdapiUrl }: BenchPlatform, key: string): Door =>
  createRestDoor(
    `${sdapiUrl}/sdapi/v1/txt2img`,
    `Basic ${Buffer.from(`bench:${key}`).toString('base64')}`,
    (seed) => ({
      prompt,
      width,
      height,
      steps,
      seed,
      override_settings: { sd_model_checkpoint: 'text2img' },
    }),
  );
