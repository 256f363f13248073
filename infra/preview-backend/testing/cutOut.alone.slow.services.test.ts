import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { findBuiltin } from '@star-graph/workflows/builtin';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BackendClient, connectBackend } from './backendClient.ts';
import { createGraph, saveImage } from './graphs.ts';

const parts = new AsyncDisposableStack();
let client: BackendClient;
beforeAll(async () => {
  const backend = parts.use(await startPreviewBackend({ flags: ['--preview-method', 'none'] }));
  client = parts.use(await connectBackend(backend.url));
});
afterAll(() => parts.disposeAsync());

/** The bytes of each picture that a graph saves, row by row from the top, with alpha; and the texts that it shows. */
async function drawAll(graph: object) {
  const { outputs } = await client.run(graph);
  const files = Object.values(outputs).flatMap((output) => output.images ?? []);
  const texts = Object.values(outputs).flatMap((output) => output.text ?? []);
  const pictures = await Promise.all(
    files.map(async (file) =>
      sharp(await client.fetchFile(file))
        .ensureAlpha()
        .raw()
        .toBuffer(),
    ),
  );
  return { pictures, texts };
}

test('a cut-out has a transparent part and keeps the colours of the rest', async () => {
  const workflow = findBuiltin('remove-background');
  if (!workflow) throw new Error('remove-background ships');
  const size = { width: 96, height: 64 };
  const red = sharp({ create: { ...size, channels: 3, background: '#c02010' } });
  await client.upload('red.png', await red.png().toBuffer());
  const image = { ...size, uploadedName: 'red.png' };
  const graph = workflow.bind(workflow.example, { images: { image }, outputPrefix: 'star-graph/cut' });
  const { outputs } = await client.run(graph);
  const [file] = Object.values(outputs).flatMap((output) => output.images ?? []);
  if (!file) throw new Error('nothing was saved');
  const { data, info } = await sharp(await client.fetchFile(file))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ ...size, channels: 4 });
  const pixels = Array.from({ length: size.width * size.height }, (_, at) => [
    ...data.subarray(4 * at, 4 * at + 4),
  ]);
  expect(pixels.some(([, , , alpha]) => alpha === 0)).toBe(true);
  const kept = pixels.filter(([, , , alpha]) => alpha === 255);
  expect(kept.length).toBeGreaterThan(0);
  // What stands in the middle stays, what surrounds it goes.
  expect(kept).toContainEqual(pixels[(size.height / 2) * size.width + size.width / 2]);
  expect(new Set(kept.map(([r, g, b]) => `${r} ${g} ${b}`))).toEqual(new Set(['192 32 16']));
});

test('a picture in layers is its whole, its ground, and parts that are transparent elsewhere', async () => {
  const builder = createGraph();
  const { add } = builder;
  const model = add('UNETLoader', {
    unet_name: 'qwen_image_layered_bf16.safetensors',
    weight_dtype: 'default',
  });
  const clip = add('CLIPLoader', {
    clip_name: 'qwen_2.5_vl_7b_fp8_scaled.safetensors',
    type: 'qwen_image',
    device: 'default',
  });
  const vae = add('VAELoader', { vae_name: 'qwen_image_layered_vae.safetensors' });
  const words = (text: string) => add('CLIPTextEncode', { clip: clip(), text })();
  const empty = add('EmptyQwenImageLayeredLatentImage', { width: 64, height: 48, layers: 3, batch_size: 1 });
  const sampled = add('KSampler', {
    model: model(),
    positive: words('a boat'),
    negative: words(''),
    latent_image: empty(),
    seed: 1,
    steps: 1,
    cfg: 2.5,
    sampler_name: 'euler',
    scheduler: 'simple',
    denoise: 1,
  });
  const cut = add('LatentCutToBatch', { samples: sampled(), dim: 't', slice_size: 1 });
  saveImage(builder, add('VAEDecode', { samples: cut(), vae: vae() })());
  const { pictures } = await drawAll(builder.nodes);
  expect(pictures).toHaveLength(4);
  const seen = pictures.map((pixels) => Array.from({ length: 64 * 48 }, (_, at) => pixels[4 * at + 3] ?? 0));
  const shares = seen.map((alphas) => alphas.filter((alpha) => alpha > 0).length / alphas.length);
  expect(shares.slice(0, 2)).toEqual([1, 1]);
  for (const share of shares.slice(2)) {
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.5);
  }
  expect(seen[2]?.every((alpha, at) => alpha === 0 || seen[3]?.[at] === 0)).toBe(true);
});

test('what is at a point, in a box or asked for in words is selected, and boxed in numbers', async () => {
  const grey = sharp({ create: { width: 100, height: 60, channels: 3, background: '#808080' } });
  await client.upload('grey.png', await grey.png().toBuffer());
  const select = async (how: (builder: ReturnType<typeof createGraph>) => object) => {
    const builder = createGraph();
    const { add } = builder;
    const sam = add('CheckpointLoaderSimple', { ckpt_name: 'sam3.1_multiplex_fp16.safetensors' });
    const image = add('LoadImage', { image: 'grey.png' });
    const asked = { threshold: 0.5, refine_iterations: 2, individual_masks: false };
    const found = add('SAM3_Detect', { model: sam(), image: image(), ...asked, ...how(builder) });
    saveImage(builder, add('MaskToImage', { mask: found(0) })());
    saveImage(builder, add('DrawBBoxes', { image: image(), bboxes: found(1) })());
    add('PreviewAny', { source: found(1) });
    const { pictures, texts } = await drawAll(builder.nodes);
    const [mask, framed] = pictures;
    const red = Array.from({ length: 100 * 60 }, (_, at) => framed?.subarray(4 * at, 4 * at + 3)).filter(
      (pixel) => pixel && (pixel[0] ?? 0) > 200 && (pixel[1] ?? 0) < 100,
    );
    const at = (x: number, y: number) => mask?.[4 * (y * 100 + x)];
    return { at, isFramed: red.length > 0, boxes: JSON.parse(String(texts[0])) };
  };
  const word =
    (text: string) =>
    ({ add }: ReturnType<typeof createGraph>) => {
      const sam = add('CheckpointLoaderSimple', { ckpt_name: 'sam3.1_multiplex_fp16.safetensors' });
      return { conditioning: add('CLIPTextEncode', { clip: sam(1), text })() };
    };
  const clicked = await select(({ add }) => ({
    positive_coords: add('PrimitiveString', { value: '[{"x": 20, "y": 30}]' })(),
  }));
  expect([clicked.at(20, 30), clicked.at(80, 30), clicked.isFramed]).toEqual([255, 0, true]);
  expect(clicked.boxes).toEqual([[{ x: 0, y: 18, width: 40, height: 24, score: 1 }]]);
  const boxed = await select(({ add }) => ({
    bboxes: add('PrimitiveBoundingBox', { x: 60, y: 20, width: 30, height: 20 })(),
  }));
  expect([boxed.at(75, 30), boxed.at(20, 30)]).toEqual([255, 0]);
  expect(boxed.boxes).toEqual([[{ x: 60, y: 20, width: 30, height: 20, score: 1 }]]);
  const named = await select(word('a boat'));
  expect([named.at(50, 30), named.at(2, 2)]).toEqual([255, 0]);
  const nothing = await select(() => ({}));
  expect([nothing.at(50, 30), nothing.isFramed, nothing.boxes]).toEqual([0, false, [[]]]);
});
