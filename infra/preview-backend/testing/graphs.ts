import type { JsonObject } from '../json.ts';

type Given = { [input: string]: unknown };
/** The first output of a node, or another one of it. */
type Link = [nodeId: string, output: number];

/** Builds a graph node by node, in the order of its links. */
export function createGraph() {
  const nodes: { [nodeId: string]: { class_type: string; inputs: JsonObject } } = {};
  const add = (class_type: string, inputs: Given = {}): ((output?: number) => Link) => {
    const nodeId = String(Object.keys(nodes).length + 1);
    nodes[nodeId] = { class_type, inputs: inputs as JsonObject };
    return (output = 0) => [nodeId, output];
  };
  return { nodes, add };
}

export type GraphBuilder = ReturnType<typeof createGraph>;

/** The loaders of a model in three files, and an encoded prompt. */
export function loadFlux2({ add }: GraphBuilder) {
  const model = add('UNETLoader', {
    unet_name: 'flux-2-klein-base-4b-fp8.safetensors',
    weight_dtype: 'default',
  });
  const clip = add('CLIPLoader', { clip_name: 'qwen_3_4b.safetensors', type: 'flux2', device: 'default' });
  const vae = add('VAELoader', { vae_name: 'pixel_space' });
  const positive = add('CLIPTextEncode', { clip: clip(), text: 'a lighthouse' });
  const negative = add('ConditioningZeroOut', { conditioning: positive() });
  return { model, clip, vae, positive, negative };
}

/** The sampler of guiders and schedules, with a latent of any kind. */
export function sampleGuided({ add }: GraphBuilder, guider: Link, sigmas: Link, latent: Link) {
  return add('SamplerCustomAdvanced', {
    noise: add('RandomNoise', { noise_seed: 7 })(),
    guider,
    sampler: add('KSamplerSelect', { sampler_name: 'euler' })(),
    sigmas,
    latent_image: latent,
  });
}

export function saveImage({ add }: GraphBuilder, images: Link): void {
  add('SaveImage', { images, filename_prefix: 'test/picture' });
}

export function saveFilm({ add }: GraphBuilder, images: Link, fps: number, audio?: Link): void {
  const video = add('CreateVideo', { images, fps, ...(audio && { audio }) });
  add('SaveVideo', { video: video(), filename_prefix: 'test/film', format: 'mp4', 'format.codec': 'h264' });
}
