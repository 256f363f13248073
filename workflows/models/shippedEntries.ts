import type { EntryFields, ModelLicence } from './modelEntry.ts';

/** ISO 3166 codes, and that of the European Union. */
export const excludedPlaces = ['EU', 'GB', 'KR', 'US'] as const;
export type ExcludedPlace = (typeof excludedPlaces)[number];

/** What ships with the platform about a model; operators' entries come before it, field by field. */
interface ShippedEntry extends Pick<EntryFields, 'family'> {
  /** Files as `folder/name`, without sub-folders and endings. One precision stands for all that are published. */
  models: readonly string[];
  /** Models have the same name in both languages. */
  title: string;
  /** Unknown where none was established: nobody is told that something is allowed which may not be. */
  licence: ModelLicence | 'unknown';
  /** Where its licence allows no use. Such a model draws only for those who name it: they know where they are. */
  excludedPlaces?: readonly ExcludedPlace[];
}

const apache: ModelLicence = {
  name: 'Apache-2.0',
  url: 'https://www.apache.org/licenses/LICENSE-2.0',
  mayBeSold: 'yes',
};

const mit: ModelLicence = { name: 'MIT', url: 'https://opensource.org/license/mit', mayBeSold: 'yes' };

/** They allow it, with rules for what may be drawn. */
const openRail = (name: string): ModelLicence => ({ name, url: null, mayBeSold: 'yes' });

const fluxDev: ModelLicence = { name: 'FLUX dev non-commercial licence', url: null, mayBeSold: 'no' };

/** It asks companies from ten million dollars a year on for another one, so the answer is each operator's. */
const ltxCommunity = (version: '2' | '2.x'): ModelLicence => ({
  name: `LTX-${version} Community License`,
  url: `https://github.com/Lightricks/LTX-2/blob/main/LICENSE-${version.replace('.', '_')}`,
  mayBeSold: 'unknown',
});

/** It asks companies with more than fifty people for another one. */
const krea2Community: ModelLicence = {
  name: 'Krea 2 Community License',
  url: 'https://www.krea.ai/krea-2-licensing',
  mayBeSold: 'unknown',
};

/** It asks for another one from twenty million dollars a year on, and to show the model's name. */
const minimaxH3Community: Pick<ShippedEntry, 'licence' | 'excludedPlaces'> = {
  licence: {
    name: 'MiniMax H3 Community License',
    url: 'https://huggingface.co/MiniMaxAI/MiniMax-H3/blob/main/LICENSE',
    mayBeSold: 'unknown',
  },
  excludedPlaces,
};

export const shippedEntries: readonly ShippedEntry[] = [
  {
    models: ['checkpoints/sd_xl_base_1.0'],
    title: 'Stable Diffusion XL',
    family: 'sdxl',
    licence: openRail('CreativeML Open RAIL++-M'),
  },
  {
    models: ['checkpoints/sd_xl_refiner_1.0'],
    title: 'Stable Diffusion XL Refiner',
    // With a family it would pass for a model that draws by itself.
    family: null,
    licence: openRail('CreativeML Open RAIL++-M'),
  },
  {
    models: [
      'checkpoints/v1-5-pruned',
      'checkpoints/v1-5-pruned-fp16',
      'checkpoints/v1-5-pruned-emaonly',
      'checkpoints/v1-5-pruned-emaonly-fp16',
    ],
    title: 'Stable Diffusion 1.5',
    family: 'sd15',
    licence: openRail('CreativeML Open RAIL-M'),
  },
  {
    models: ['checkpoints/sd-v1-5-inpainting'],
    title: 'Stable Diffusion 1.5 Inpainting',
    family: 'sd15',
    licence: openRail('CreativeML Open RAIL-M'),
  },
  {
    models: ['checkpoints/svd'],
    title: 'Stable Video Diffusion',
    family: 'stable-video',
    licence: 'unknown',
  },
  {
    models: ['checkpoints/svd_xt'],
    title: 'Stable Video Diffusion XT',
    family: 'stable-video',
    licence: 'unknown',
  },
  {
    models: ['diffusion_models/z_image_turbo_bf16'],
    title: 'Z-Image Turbo',
    family: 'z-image',
    licence: apache,
  },
  {
    models: ['diffusion_models/wan2.2_i2v_high_noise_14B_fp8_scaled'],
    title: 'Wan 2.2 picture to video, high noise',
    family: 'wan',
    licence: apache,
  },
  {
    models: ['diffusion_models/wan2.2_i2v_low_noise_14B_fp8_scaled'],
    title: 'Wan 2.2 picture to video, low noise',
    family: 'wan',
    licence: apache,
  },
  {
    models: ['diffusion_models/wan2.2_t2v_high_noise_14B_fp8_scaled'],
    title: 'Wan 2.2 text to video, high noise',
    family: 'wan',
    licence: apache,
  },
  {
    models: ['diffusion_models/wan2.2_t2v_low_noise_14B_fp8_scaled'],
    title: 'Wan 2.2 text to video, low noise',
    family: 'wan',
    licence: apache,
  },
  {
    models: ['diffusion_models/FireRed-Image-Edit-1.1-transformer'],
    title: 'FireRed-Image-Edit 1.1',
    family: 'qwen-image',
    licence: apache,
  },
  {
    models: ['loras/qwen-image-edit-2511-multiple-angles-lora'],
    title: 'Angles for Qwen-Image-Edit 2511',
    family: 'qwen-image',
    licence: apache,
  },
  {
    models: ['diffusion_models/wan_animate_2_int8_convrot', 'diffusion_models/wan_animate_2_bf16'],
    title: 'Wan-Animate 2',
    family: 'wan',
    licence: apache,
  },
  {
    models: ['diffusion_models/ltx-2.5-22b-distilled-transformer-comfy-int8-convrot'],
    title: 'LTX-2.5',
    family: 'ltx',
    licence: ltxCommunity('2.x'),
  },
  {
    models: ['diffusion_models/flux1-dev', 'checkpoints/flux1-dev', 'checkpoints/flux1-dev-fp8'],
    title: 'Flux.1 dev',
    family: 'flux',
    licence: fluxDev,
  },
  {
    models: ['diffusion_models/flux2_dev_fp8mixed', 'diffusion_models/flux2-dev'],
    title: 'Flux.2 dev',
    family: 'flux2',
    licence: fluxDev,
  },
  {
    models: ['diffusion_models/flux-2-klein-9b-fp8', 'diffusion_models/flux-2-klein-9b'],
    title: 'Flux.2 Klein 9B',
    family: 'flux2',
    licence: { name: 'FLUX non-commercial licence', url: null, mayBeSold: 'no' },
  },
  {
    models: ['diffusion_models/flux-2-klein-4b-fp8'],
    title: 'Flux.2 Klein 4B',
    family: 'flux2',
    licence: apache,
  },
  {
    models: ['diffusion_models/qwen_image_2.1_int8_convrot'],
    title: 'Qwen-Image 2.1',
    family: 'qwen-image',
    licence: 'unknown',
  },
  {
    models: ['diffusion_models/qwen_image_edit_2511_fp8mixed'],
    title: 'Qwen-Image-Edit 2511',
    family: 'qwen-image',
    licence: 'unknown',
  },
  {
    models: ['diffusion_models/minimax_h3_fl2va_pruned_int8_convrot'],
    title: 'MiniMax H3',
    family: 'minimax-h3',
    ...minimaxH3Community,
  },
  { models: ['checkpoints/ace_step_v1_3.5b'], title: 'ACE-Step', family: 'other', licence: 'unknown' },
  { models: ['checkpoints/hunyuan_3d_v2.1'], title: 'Hunyuan3D 2.1', family: 'other', licence: 'unknown' },
  {
    models: ['checkpoints/ltx-2.3-22b-dev-fp8'],
    title: 'LTX-2.3',
    family: 'ltx',
    licence: ltxCommunity('2'),
  },
  { models: ['checkpoints/sdpose_wholebody_fp16'], title: 'SDPose', family: null, licence: 'unknown' },
  {
    models: ['diffusion_models/krea2_turbo_fp8_scaled'],
    title: 'Krea 2 Turbo',
    family: 'krea2',
    licence: krea2Community,
  },
  {
    models: ['diffusion_models/minimax_h3_ref2va_pruned_int8_convrot'],
    title: 'MiniMax H3 R2V',
    family: 'minimax-h3',
    ...minimaxH3Community,
  },
  {
    models: ['diffusion_models/qwen_image_edit_2509_fp8_e4m3fn'],
    title: 'Qwen-Image-Edit 2509',
    family: 'qwen-image',
    licence: 'unknown',
  },
  {
    models: ['diffusion_models/qwen_image_fp8_e4m3fn'],
    title: 'Qwen-Image',
    family: 'qwen-image',
    licence: apache,
  },
  {
    models: ['diffusion_models/seedvr2_3b_int8_convrot'],
    title: 'SeedVR2',
    family: 'seedvr2',
    licence: 'unknown',
  },
  { models: ['background_removal/birefnet'], title: 'BiRefNet', family: null, licence: mit },
  { models: ['frame_interpolation/film_net_fp16'], title: 'FILM', family: null, licence: 'unknown' },
  { models: ['upscale_models/RealESRGAN_x2plus'], title: 'Real-ESRGAN 2×', family: null, licence: 'unknown' },
  { models: ['upscale_models/RealESRGAN_x4plus'], title: 'Real-ESRGAN 4×', family: null, licence: 'unknown' },
  // They describe pictures and write prompts, beside reading prompts for others.
  {
    models: ['text_encoders/qwen_2.5_vl_7b_fp8_scaled'],
    title: 'Qwen2.5-VL 7B',
    family: null,
    licence: 'unknown',
  },
  { models: ['text_encoders/qwen_3_4b'], title: 'Qwen3 4B', family: null, licence: 'unknown' },
];
