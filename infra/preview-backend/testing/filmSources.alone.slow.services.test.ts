import { join } from 'node:path';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { expect, test } from 'vitest';
import { connectBackend } from './backendClient.ts';
import { createGraph, type GraphBuilder, loadFlux2, sampleGuided, saveFilm } from './graphs.ts';
import { readSaved, type SavedFacts } from './savedFacts.ts';

const modelsFile = join(import.meta.dirname, 'newerModels.json');

/** A film of 22 frames with sound. */
function buildFilm(graph: GraphBuilder): void {
  const { add } = graph;
  const { model, clip, vae } = loadFlux2(graph);
  const sides = { width: 96, height: 64, length: 20 };
  const film = add('MiniMaxH3ImageToVideo', { clip: clip(), vae: vae(), prompt: 'waves', ...sides });
  const guider = add('BasicGuider', { model: model(), conditioning: film(0) });
  const schedule = { model: model(), scheduler: 'simple', steps: 1, denoise: 1 };
  const sampled = sampleGuided(graph, guider(), add('BasicScheduler', schedule)(), film(1));
  const parts = add('LTXVSeparateAVLatent', { av_latent: sampled() });
  const audio = add('VAEDecodeAudio', { samples: parts(1), vae: vae() });
  saveFilm(graph, add('VAEDecode', { samples: parts(0), vae: vae() })(), 24, audio());
}

const loadFilm = ({ add }: GraphBuilder) =>
  add('GetVideoComponents', { video: add('LoadVideo', { file: 'test/film_00001_.mp4 [output]' })() });

async function makeOfFilm(build: (graph: GraphBuilder) => void): Promise<SavedFacts[]> {
  await using backend = await startPreviewBackend({
    flags: ['--preview-method', 'none', '--models', modelsFile],
  });
  await using client = await connectBackend(backend.url);
  const source = createGraph();
  buildFilm(source);
  await readSaved(client, await client.run(source.nodes));
  const graph = createGraph();
  build(graph);
  return await readSaved(client, await client.run(graph.nodes));
}

test('FILM puts frames between those of a film and keeps its sound', async () => {
  const [film] = await makeOfFilm((graph) => {
    const { add } = graph;
    const source = loadFilm(graph);
    const interp_model = add('FrameInterpolationModelLoader', { model_name: 'film.safetensors' });
    const links = { interp_model: interp_model(), images: source(0) };
    saveFilm(graph, add('FrameInterpolate', { ...links, multiplier: 2 })(), 48, source(1));
  });
  expect(film).toMatchObject({ width: 96, height: 64, frames: 43, fps: 48, sound: { rate: 32_000 } });
  expect(film?.sound?.seconds).toBeCloseTo(43 / 48, 1);
});

test('SeedVR2 restores a film part by part, with all its frames', async () => {
  const [film] = await makeOfFilm((graph) => {
    const { add } = graph;
    const { model, vae } = loadFlux2(graph);
    const source = loadFilm(graph);
    const larger = add('ResizeImageMaskNode', {
      input: source(0),
      resize_type: 'scale by multiplier',
      'resize_type.multiplier': 1.25,
      scale_method: 'lanczos',
    });
    const padded = add('SeedVR2Preprocess', { resized_images: larger() });
    const tiles = { tile_size: 512, overlap: 64, temporal_size: 64, temporal_overlap: 8 };
    const encoded = add('VAEEncodeTiled', { pixels: padded(), vae: vae(), ...tiles });
    const chunks = add('SeedVR2TemporalChunk', {
      latent: encoded(),
      temporal_overlap: 1,
      chunking_mode: 'manual',
      'chunking_mode.frames_per_chunk': 9,
    });
    const conditioning = add('SeedVR2Conditioning', { model: model(), vae_conditioning: chunks(0) });
    const sampled = add('KSampler', {
      seed: 1,
      steps: 1,
      cfg: 1,
      sampler_name: 'euler',
      scheduler: 'simple',
      denoise: 1,
      model: model(),
      positive: conditioning(0),
      negative: conditioning(1),
      latent_image: chunks(0),
    });
    const merged = add('SeedVR2TemporalMerge', { latents: sampled(), temporal_overlap: chunks(1) });
    const decoded = add('VAEDecodeTiled', { samples: merged(), vae: vae(), ...tiles });
    const images = add('SeedVR2PostProcessing', {
      images: decoded(),
      original_resized_images: larger(),
      color_correction_method: 'lab',
    });
    saveFilm(graph, images(), 24, source(1));
  });
  expect(film).toMatchObject({ width: 120, height: 80, frames: 22, fps: 24, sound: { channels: 2 } });
});
