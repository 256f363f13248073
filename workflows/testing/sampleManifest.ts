import type { ManifestInput } from '../manifest.ts';

/** A valid workflow of an operator; each call returns a copy that a test may change. */
export function sampleManifest(): ManifestInput & {
  graph: Record<string, { inputs: Record<string, unknown> }>;
} {
  return structuredClone({
    name: 'watercolour',
    version: 3,
    title: { en: 'Watercolour', 'zh-CN': '水彩' },
    description: { en: 'Paints.', 'zh-CN': '绘画。' },
    params: {
      type: 'object',
      properties: {
        prompt: { type: 'string', title: 'Prompt', minLength: 1, maxLength: 200, 'x-multiline': true },
        image: { type: 'string', title: 'Picture', 'x-asset': 'image' },
        model: {
          type: 'string',
          title: 'Model',
          'x-options': 'checkpoints',
          default: 'v1-5-pruned-emaonly-fp16.safetensors',
        },
        steps: { type: 'integer', title: 'Steps', minimum: 1, maximum: 60, default: 20 },
        denoise: { type: 'number', title: 'Denoise', minimum: 0.1, maximum: 1, default: 0.6 },
        scheduler: { type: 'string', title: 'Scheduler', enum: ['normal', 'karras'], default: 'karras' },
        seed: { type: 'integer', title: 'Seed', 'x-seed': true },
      },
      required: ['prompt', 'image'],
    },
    binding: {
      prompt: '3.text',
      image: '5.image',
      model: '1.ckpt_name',
      steps: ['9.steps'],
      denoise: '9.denoise',
      scheduler: '9.scheduler',
      seed: '9.seed',
    },
    work: { base: 0.25, times: ['steps'] },
    rates: { creditsPerUnit: 0.5, secondsPerUnit: 0.3, overheadSeconds: 3 },
    example: { prompt: 'a harbour' },
    graph: {
      '1': {
        class_type: 'CheckpointLoaderSimple',
        inputs: { ckpt_name: 'v1-5-pruned-emaonly-fp16.safetensors' },
      },
      '3': { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['1', 1] } },
      '4': { class_type: 'CLIPTextEncode', inputs: { text: 'photo', clip: ['1', 1] } },
      '5': { class_type: 'LoadImage', inputs: { image: 'example.png', upload: 'image' } },
      '7': { class_type: 'VAEEncode', inputs: { pixels: ['5', 0], vae: ['1', 2] } },
      '9': {
        class_type: 'KSampler',
        inputs: {
          seed: 1,
          steps: 20,
          cfg: 7,
          sampler_name: 'euler',
          scheduler: 'karras',
          denoise: 0.6,
          model: ['1', 0],
          positive: ['3', 0],
          negative: ['4', 0],
          latent_image: ['7', 0],
        },
      },
      '10': { class_type: 'VAEDecode', inputs: { samples: ['9', 0], vae: ['1', 2] } },
      '11': { class_type: 'SaveImage', inputs: { images: ['10', 0], filename_prefix: 'ComfyUI' } },
    },
  });
}

/** One that needs only a text, so that a test needs no picture. */
export function sampleTextManifest(name: string, version: number) {
  const { params, binding, graph, ...sample } = sampleManifest();
  const { image: _image, ...properties } = params.properties;
  const { image: _path, ...paths } = binding;
  const blank = { class_type: 'EmptyImage', inputs: { width: 512, height: 512, batch_size: 1, color: 0 } };
  return {
    ...sample,
    name,
    version,
    params: { type: 'object' as const, properties, required: ['prompt'] },
    binding: paths,
    graph: { ...graph, '5': blank },
  };
}

/** An engine of `text2img` without the parameters `model`, `negativePrompt` and sizes. */
export function sampleEngineManifest(name: string, model: string) {
  const { params, binding, ...sample } = sampleTextManifest(name, 1);
  const { model: _model, ...properties } = params.properties;
  const { model: _path, ...paths } = binding;
  return {
    ...sample,
    engine: { of: 'text2img', model },
    params: { ...params, properties },
    binding: paths,
  };
}

/** Behind what draws: a text, a sound and a body, from what has the checkpoint's parts. */
export const saveOtherKinds = (checkpoint: string, text: string) => ({
  '20': { class_type: 'SaveText', inputs: { text, filename_prefix: 'a', format: 'txt' } },
  '21': { class_type: 'EmptyAceStepLatentAudio', inputs: { seconds: 1, batch_size: 1 } },
  '22': { class_type: 'VAEDecodeAudio', inputs: { samples: ['21', 0], vae: [checkpoint, 2] } },
  '23': { class_type: 'SaveAudioMP3', inputs: { audio: ['22', 0], filename_prefix: 'a', quality: 'V0' } },
  '24': { class_type: 'EmptyLatentHunyuan3Dv2', inputs: { resolution: 64, batch_size: 1 } },
  '25': {
    class_type: 'VAEDecodeHunyuan3D',
    inputs: { samples: ['24', 0], vae: [checkpoint, 2], num_chunks: 8_000, octree_resolution: 256 },
  },
  '26': { class_type: 'VoxelToMesh', inputs: { voxel: ['25', 0], algorithm: 'surface net', threshold: 0.6 } },
  '27': { class_type: 'SaveGLB', inputs: { mesh: ['26', 0], filename_prefix: 'a' } },
});

/** One that makes a picture, a text, a sound and a body. @param text of the text */
export function sampleManifestOfKinds(name: string, text: string) {
  const { graph, ...sample } = sampleTextManifest(name, 1);
  return { ...sample, graph: { ...graph, ...saveOtherKinds('1', text) } };
}
