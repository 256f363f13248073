import { join } from 'node:path';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { connectBackend } from './backendClient.ts';
import { createGraph, type GraphBuilder, loadFlux2, sampleGuided, saveFilm, saveImage } from './graphs.ts';
import { readSaved, type SavedFacts } from './savedFacts.ts';

const photo = { width: 200, height: 120, name: 'photo.png' };

const paintPhoto = (): Promise<Buffer> =>
  sharp({ create: { width: photo.width, height: photo.height, channels: 3, background: '#c02020' } })
    .png()
    .toBuffer();

const modelsFile = join(import.meta.dirname, 'newerModels.json');

/** Runs what is built, one after the other, and reads what the last one saves. */
async function make(...builds: ((graph: GraphBuilder) => void)[]): Promise<{
  saved: SavedFacts[];
  /** Messages of progress in all runs together. */
  steps: number;
  first: Buffer | undefined;
}> {
  await using backend = await startPreviewBackend({
    flags: ['--preview-method', 'none', '--models', modelsFile],
  });
  await using client = await connectBackend(backend.url);
  await client.upload(photo.name, await paintPhoto());
  let saved: SavedFacts[] = [];
  let first: Buffer | undefined;
  for (const build of builds) {
    const graph = createGraph();
    build(graph);
    const run = await client.run(graph.nodes);
    saved = await readSaved(client, run);
    const file = Object.values(run.outputs).flatMap(({ images = [] }) => images)[0];
    first = file && (await client.fetchFile(file));
  }
  const steps = client.socket.frames.filter(
    (frame) => frame.kind === 'text' && frame.message.type === 'progress',
  ).length;
  return { saved, steps, first };
}

describe('pictures', () => {
  test('Z-Image draws as KSampler asks', async () => {
    const { saved, steps } = await make((graph) => {
      const { add } = graph;
      const { model, vae, positive, negative } = loadFlux2(graph);
      const shifted = add('ModelSamplingAuraFlow', { model: model(), shift: 3 });
      const latent = add('EmptySD3LatentImage', { width: 256, height: 144, batch_size: 2 });
      const settings = { seed: 1, steps: 4, cfg: 1, sampler_name: 'res_multistep', scheduler: 'simple' };
      const links = { model: shifted(), positive: positive(), negative: negative(), latent_image: latent() };
      const sampled = add('KSampler', { ...settings, denoise: 1, ...links });
      saveImage(graph, add('VAEDecode', { samples: sampled(), vae: vae() })());
    });
    expect(saved).toEqual([1, 2].map(() => ({ width: 256, height: 144, channels: 3 })));
    expect(steps).toBe(4);
  });

  test('an edit by Flux.2 has the size of its source and looks like it', async () => {
    const { saved, steps, first } = await make((graph) => {
      const { add } = graph;
      const { model, vae, positive, negative } = loadFlux2(graph);
      const image = add('LoadImage', { image: photo.name });
      const scaled = add('ImageScaleToTotalPixels', {
        image: image(),
        upscale_method: 'lanczos',
        megapixels: 0.05,
        resolution_steps: 16,
      });
      const size = add('GetImageSize', { image: scaled() });
      const source = add('VAEEncode', { pixels: scaled(), vae: vae() });
      const refer = (conditioning: [string, number]) =>
        add('ReferenceLatent', { conditioning, latent: source() })();
      const guider = add('CFGGuider', {
        model: model(),
        positive: refer(positive()),
        negative: refer(negative()),
        cfg: 5,
      });
      const sides = { width: size(0), height: size(1) };
      const sigmas = add('Flux2Scheduler', { steps: 3, ...sides });
      const latent = add('EmptyFlux2LatentImage', { ...sides, batch_size: 1 });
      const sampled = sampleGuided(graph, guider(), sigmas(), latent());
      saveImage(graph, add('VAEDecode', { samples: sampled(), vae: vae() })());
    });
    expect(saved).toEqual([{ width: 288, height: 176, channels: 3 }]);
    expect(steps).toBe(3);
    const { channels } = await sharp(first).extract({ left: 0, top: 0, width: 288, height: 60 }).stats();
    expect(channels[0]?.mean).toBeGreaterThan(1.3 * (channels[1]?.mean ?? 255));
  });

  test('a picture without its background keeps its size and gets alpha', async () => {
    const { saved } = await make((graph) => {
      const { add } = graph;
      const image = add('LoadImage', { image: photo.name });
      const remover = add('LoadBackgroundRemovalModel', { bg_removal_name: 'birefnet.safetensors' });
      const mask = add('RemoveBackground', { image: image(), bg_removal_model: remover() });
      const alpha = add('InvertMask', { mask: mask() });
      saveImage(graph, add('JoinImageWithAlpha', { image: image(), alpha: alpha() })());
    });
    expect(saved).toEqual([{ width: photo.width, height: photo.height, channels: 4 }]);
  });
});

describe('films', () => {
  test('Wan samples by two models and gives 4k+1 frames', async () => {
    const { saved, steps } = await make((graph) => {
      const { add } = graph;
      const { model, vae, positive, negative } = loadFlux2(graph);
      const image = add('LoadImage', { image: photo.name });
      const film = add('WanImageToVideo', {
        positive: positive(),
        negative: negative(),
        vae: vae(),
        width: 160,
        height: 96,
        length: 12,
        batch_size: 1,
        start_image: image(),
      });
      const sample = (latent_image: [string, number], [from, to]: [number, number], isFirst: boolean) =>
        add('KSamplerAdvanced', {
          model: model(),
          positive: film(0),
          negative: film(1),
          latent_image,
          add_noise: isFirst ? 'enable' : 'disable',
          noise_seed: 5,
          steps: 4,
          cfg: 1,
          sampler_name: 'euler',
          scheduler: 'simple',
          start_at_step: from,
          end_at_step: to,
          return_with_leftover_noise: isFirst ? 'enable' : 'disable',
        })();
      const sampled = sample(sample(film(2), [0, 2], true), [2, 4], false);
      saveFilm(graph, add('VAEDecode', { samples: sampled, vae: vae() })(), 16);
    });
    expect(saved).toEqual([{ width: 160, height: 96, frames: 9, fps: 16 }]);
    expect(steps).toBe(4);
  });

  test('LTX draws its film twice as large the second time, with sound', async () => {
    const { saved } = await make((graph) => {
      const { add } = graph;
      const { model, vae, positive, negative } = loadFlux2(graph);
      const image = add('LoadImage', { image: photo.name });
      const longer = add('ResizeImagesByLongerEdge', { images: image(), longer_edge: 128 });
      const worse = add('LTXVPreprocess', { image: longer(), img_compression: 18 });
      const empty = add('EmptyLTXVLatentVideo', { width: 96, height: 64, length: 17, batch_size: 1 });
      const start = (latent: [string, number], strength: number) =>
        add('LTXVImgToVideoInplace', { vae: vae(), image: worse(), latent, strength, bypass: false })();
      const silence = add('LTXVEmptyLatentAudio', {
        frames_number: 17,
        frame_rate: 24,
        batch_size: 1,
        audio_vae: vae(),
      });
      const both = add('LTXVConcatAVLatent', { video_latent: start(empty(), 0.7), audio_latent: silence() });
      const guider = add('CFGGuider', {
        model: model(),
        positive: positive(),
        negative: negative(),
        cfg: 1,
      });
      const once = sampleGuided(
        graph,
        guider(),
        add('ManualSigmas', { sigmas: '1., 0.9, 0.5, 0.0' })(),
        both(),
      );
      const apart = add('LTXVSeparateAVLatent', { av_latent: once() });
      const upscaler = add('LatentUpscaleModelLoader', { model_name: 'ltx-upscaler.safetensors' });
      const larger = add('LTXVLatentUpsampler', {
        samples: apart(0),
        upscale_model: upscaler(),
        vae: vae(),
      });
      const again = add('LTXVConcatAVLatent', {
        video_latent: start(larger(), 1),
        audio_latent: apart(1),
      });
      const twice = sampleGuided(graph, guider(), add('ManualSigmas', { sigmas: '0.9, 0.0' })(), again());
      const parts = add('LTXVSeparateAVLatent', { av_latent: twice() });
      const audio = add('LTXVAudioVAEDecode', { samples: parts(1), audio_vae: vae() });
      const tiles = { tile_size: 512, overlap: 64, temporal_size: 64, temporal_overlap: 8 };
      saveFilm(graph, add('VAEDecodeTiled', { samples: parts(0), vae: vae(), ...tiles })(), 24, audio());
    });
    expect(saved).toMatchObject([
      { width: 192, height: 128, frames: 17, fps: 24, sound: { rate: 48_000, channels: 2 } },
    ]);
    expect(saved[0]?.sound?.seconds).toBeCloseTo(17 / 24, 1);
  });

  test('MiniMax H3 rounds a length up to 17k+5 frames and makes their sound', async () => {
    const { saved, steps } = await make((graph) => {
      const { add } = graph;
      const { model, clip, vae } = loadFlux2(graph);
      const sides = { width: 128, height: 96, length: 6 };
      const image = add('LoadImage', { image: photo.name });
      const film = add('MiniMaxH3ImageToVideo', {
        clip: clip(),
        vae: vae(),
        prompt: 'waves',
        ...sides,
        first_frame: image(),
        last_frame: image(),
      });
      const guider = add('BasicGuider', { model: model(), conditioning: film(0) });
      const schedule = { model: model(), scheduler: 'simple', steps: 2, denoise: 1 };
      const sampled = sampleGuided(graph, guider(), add('BasicScheduler', schedule)(), film(1));
      const parts = add('LTXVSeparateAVLatent', { av_latent: sampled() });
      const audio = add('VAEDecodeAudio', { samples: parts(1), vae: vae() });
      saveFilm(graph, add('VAEDecode', { samples: parts(0), vae: vae() })(), 24, audio());
    });
    expect(saved).toMatchObject([
      { width: 128, height: 96, frames: 22, fps: 24, sound: { rate: 32_000, channels: 2 } },
    ]);
    expect(steps).toBe(2);
  });
});
