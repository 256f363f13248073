import { deflateSync } from 'node:zlib';
import { createChunk } from '@star-graph/core/media/metadata/pngMetadata';
import { expect, test } from 'vitest';
import { readFileSettings } from './fileSettings.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const png = (...chunks: readonly Buffer[]): Blob =>
  new Blob([
    Buffer.concat([
      signature,
      createChunk('IHDR', Buffer.alloc(13)),
      ...chunks,
      createChunk('IEND', Buffer.alloc(0)),
    ]),
  ]);
const plain = (keyword: string, text: string) =>
  createChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'));
const packed = (keyword: string, text: string) =>
  createChunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\x01\0\0\0`), deflateSync(text)]));

const infotext = `a red fox, 雪
in two lines
Negative prompt: blurry, low quality
Steps: 24, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 1234567890, Size: 832x1216, Model hash: 31e35c80fc, Model: dreamshaper_8, Lora hashes: "a: 1, b: 2", Version: v1.10.1`;
const ofA1111 = {
  program: 'A1111',
  params: {
    prompt: 'a red fox, 雪\nin two lines',
    negativePrompt: 'blurry, low quality',
    steps: 24,
    cfg: 6.5,
    seed: 1234567890,
    width: 832,
    height: 1216,
    model: 'dreamshaper_8',
    sampler: 'dpmpp_2m',
    scheduler: 'karras',
  },
};

/** Of a camera's order of bytes or the other, with the words that A1111 writes big-endian in both. */
function exif(tag: number, value: Buffer, isLittle: boolean): Buffer {
  const head = Buffer.alloc(44);
  const put = (bytes: 2 | 4, at: number, number: number) =>
    isLittle ? head.writeUIntLE(number, at, bytes) : head.writeUIntBE(number, at, bytes);
  head.write(isLittle ? 'II' : 'MM', 'latin1');
  for (const [bytes, at, number] of [
    [2, 2, 42],
    [4, 4, 8],
    [2, 8, 1],
    [2, 10, 0x8769],
    [2, 12, 4],
    [4, 14, 1],
    [4, 18, 26],
    [2, 26, 1],
    [2, 28, tag],
    [2, 30, 7],
    [4, 32, value.length],
    [4, 36, 44],
  ] as const)
    put(bytes, at, number);
  return Buffer.concat([head, value]);
}

function jpeg(block: Buffer): Blob {
  const data = Buffer.concat([Buffer.from('Exif\0\0'), block]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(data.length + 2, 4);
  return new Blob([head, data, Buffer.from([0xff, 0xda, 0, 2, 0xff, 0xd9])]);
}

function webp(type: string, block: Buffer): Blob {
  const chunk = Buffer.concat([Buffer.from(type), Buffer.alloc(4), block, Buffer.alloc(block.length % 2)]);
  chunk.writeUInt32LE(block.length, 4);
  return new Blob([Buffer.from('RIFF\0\0\0\0WEBP'), chunk]);
}

const comment = Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(infotext, 'utf16le').swap16()]);

test.each([
  ['a PNG', png(packed('parameters', infotext))],
  ['a JPEG', jpeg(exif(0x9286, comment, false))],
  ['a WebP', webp('EXIF', exif(0x9286, comment, true))],
])('settings of A1111 are read out of %s', async (_, file) => {
  expect(await readFileSettings(file)).toEqual(ofA1111);
});

const graph = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: ['9', 0], clip: ['1', 1] } },
  '3': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['1', 1] } },
  '4': { class_type: 'EmptyLatentImage', inputs: { width: 768, height: 1024, batch_size: 1 } },
  '5': {
    class_type: 'KSampler',
    inputs: {
      seed: 42,
      steps: 20,
      cfg: 8,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['1', 0],
      positive: ['2', 0],
      negative: ['3', 0],
      latent_image: ['4', 0],
    },
    is_changed: ['NaN'],
  },
  '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  '9': { class_type: 'PrimitiveString', inputs: { value: 'a lighthouse' } },
};
const text = JSON.stringify(graph).replace('["NaN"]', '[NaN]');
const ofComfy = {
  program: 'ComfyUI',
  params: {
    prompt: 'a lighthouse',
    negativePrompt: 'blurry',
    seed: 42,
    steps: 20,
    cfg: 8,
    sampler: 'euler',
    scheduler: 'normal',
    denoise: 1,
    model: 'sd_xl_base_1.0.safetensors',
    width: 768,
    height: 1024,
  },
};

test.each([
  ['a PNG', png(plain('prompt', text))],
  ['a WebP', webp('EXIF', exif(0x0110, Buffer.from(`prompt:${text}\0`), false))],
])('settings of ComfyUI are read along the links of the graph in %s', async (_, file) => {
  expect(await readFileSettings(file)).toEqual(ofComfy);
});

test('settings of ComfyUI are read where guider, noise and steps are nodes of their own', async () => {
  const inputs = {
    noise: ['n', 0],
    guider: ['g', 0],
    sampler: ['k', 0],
    sigmas: ['s', 0],
    latent_image: ['l', 0],
  };
  const parts = {
    x: { class_type: 'SamplerCustomAdvanced', inputs },
    n: { class_type: 'RandomNoise', inputs: { noise_seed: 7 } },
    g: { class_type: 'BasicGuider', inputs: { model: ['u', 0], conditioning: ['f', 0] } },
    f: { class_type: 'FluxGuidance', inputs: { guidance: 3.5, conditioning: ['t', 0] } },
    t: { class_type: 'CLIPTextEncode', inputs: { text: 'a paper boat' } },
    k: { class_type: 'KSamplerSelect', inputs: { sampler_name: 'euler' } },
    s: {
      class_type: 'BasicScheduler',
      inputs: { scheduler: 'simple', steps: 8, denoise: 1, model: ['u', 0] },
    },
    u: { class_type: 'UNETLoader', inputs: { unet_name: 'flux1-schnell.safetensors' } },
    l: { class_type: 'EmptySD3LatentImage', inputs: { width: 1024, height: 576 } },
  };
  expect((await readFileSettings(png(plain('prompt', JSON.stringify(parts))))) ?? {}).toMatchObject({
    params: {
      prompt: 'a paper boat',
      seed: 7,
      steps: 8,
      scheduler: 'simple',
      model: 'flux1-schnell.safetensors',
      width: 1024,
    },
  });
});

test('settings of InvokeAI are read out of a PNG', async () => {
  const said = {
    positive_prompt: 'a harbour',
    negative_prompt: '',
    width: 1024,
    height: 768,
    seed: 5,
    cfg_scale: 7.5,
    steps: 30,
    scheduler: 'dpmpp_2m_k',
    model: { name: 'Juggernaut XL', base: 'sdxl' },
  };
  expect(await readFileSettings(png(plain('invokeai_metadata', JSON.stringify(said))))).toEqual({
    program: 'InvokeAI',
    params: {
      prompt: 'a harbour',
      steps: 30,
      cfg: 7.5,
      seed: 5,
      width: 1024,
      height: 768,
      model: 'Juggernaut XL',
      sampler: 'dpmpp_2m',
      scheduler: 'karras',
    },
  });
});

test('a picture of the platform is known by its file, in each format', async () => {
  const xmp = Buffer.from(
    'http://ns.adobe.com/xap/1.0/\0<x><sg:provenance>{"platform":"star-graph"}</sg:provenance></x>',
  );
  const segment = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, xmp.length + 2]),
    xmp,
    Buffer.from([0xff, 0xda]),
  ]);
  for (const file of [
    new Blob(['GIF89a', xmp]),
    png(plain('star-graph', '{}')),
    new Blob([segment]),
    webp('XMP ', xmp),
  ])
    expect(await readFileSettings(file)).toEqual({ program: 'Star-Graph' });
});

test('a file without settings, damaged or hostile, says nothing', async () => {
  const circle = exif(0x8769, Buffer.alloc(4), true);
  circle.writeUInt32LE(26, 36);
  const endless = createChunk(
    'zTXt',
    Buffer.concat([Buffer.from('parameters\0\0'), deflateSync(Buffer.alloc(9_000_000, 97))]),
  );
  const files = [
    new Blob([]),
    new Blob(['notes']),
    png(),
    png(plain('parameters', 'a caption without numbers')),
    png(plain('prompt', '{"1": broken')),
    png(plain('prompt', '[]')),
    png(plain('invokeai_metadata', 'null')),
    png(createChunk('iTXt', Buffer.from('parameters\0\x01\0\0\0not packed'))),
    png(endless),
    jpeg(circle),
    jpeg(Buffer.from('MM')),
    (await png(plain('parameters', infotext)).slice(0, 60)) as Blob,
  ];
  for (const file of files) expect(await readFileSettings(file)).toBeUndefined();
});
