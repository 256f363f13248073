import { backgroundNodes } from './backgroundNodes.ts';
import { boxNodes } from './boxNodes.ts';
import { decodesSound, encodesSound, vaeDecode, vaeEncode, vaeEncodeForInpaint } from './codecs.ts';
import { followsControlNet, inpaintModelConditioning } from './controls.ts';
import { emptyLatent, emptySound } from './emptyLatents.ts';
import {
  addsReference,
  emptiesText,
  encodesQwenImage21,
  encodesText,
  joinsConditionings,
} from './encodes.ts';
import {
  animates,
  filmBetween,
  ltxImageToVideo,
  promptedFilmBetween,
  promptedFilmOf,
  restoresLatent,
  startsLatent,
  svdImageToVideo,
} from './filmConditioning.ts';
import { filmNodes } from './filmNodes.ts';
import {
  basicGuider,
  disableNoise,
  guides,
  manualSigmas,
  picksSampler,
  randomNoise,
  schedules,
  splitSigmas,
} from './guidersAndSigmas.ts';
import { imageFileNodes } from './imageFileNodes.ts';
import { imageNodes } from './imageNodes.ts';
import {
  concatAvLatent,
  latentBatch,
  latentFromBatch,
  latentUpsampler,
  latentUpscale,
  latentUpscaleBy,
  repeatLatentBatch,
  separateAvLatent,
  setLatentNoiseMask,
} from './latentEdits.ts';
import { latentShapes, ltxSound } from './latentShapes.ts';
import { layerNodes } from './layerNodes.ts';
import { addsLora, followsMap, loads, loadsVae, passes } from './loads.ts';
import { mapNodes } from './mapNodes.ts';
import { maskNodes } from './maskNodes.ts';
import type { NodeDefinition } from './node.ts';
import { primitiveNodes } from './primitiveNodes.ts';
import { kSampler, kSamplerAdvanced, samplerCustom, samplerCustomAdvanced } from './samplers.ts';
import { scaleNodes } from './scaleNodes.ts';
import { seedvr2Nodes } from './seedvr2.ts';
import { unseenNodes } from './unseenNodes.ts';
import { upscaleNodes } from './upscaleNodes.ts';

type ClassTable = Readonly<Record<string, NodeDefinition>>;

/** Which files a class loads, from which folder each, and what it gives out. */
const loaders: ClassTable = {
  CheckpointLoaderSimple: loads({ ckpt_name: 'checkpoints' }, 'MODEL', 'CLIP', 'VAE'),
  ImageOnlyCheckpointLoader: loads({ ckpt_name: 'checkpoints' }, 'MODEL', 'CLIP_VISION', 'VAE'),
  UNETLoader: loads({ unet_name: 'diffusion_models' }, 'MODEL'),
  CLIPLoader: loads({ clip_name: 'text_encoders' }, 'CLIP'),
  DualCLIPLoader: loads({ clip_name1: 'text_encoders', clip_name2: 'text_encoders' }, 'CLIP'),
  LTXAVTextEncoderLoader: loads({ text_encoder: 'text_encoders', ckpt_name: 'checkpoints' }, 'CLIP'),
  CLIPVisionLoader: loads({ clip_name: 'clip_vision' }, 'CLIP_VISION'),
  VAELoader: loadsVae,
  LTXVAudioVAELoader: loads({ ckpt_name: 'checkpoints' }, 'VAE'),
  ControlNetLoader: loads({ control_net_name: 'controlnet' }, 'CONTROL_NET'),
  LoadDA3Model: loads({ model_name: 'geometry_estimation' }, 'DA3_MODEL'),
  ModelPatchLoader: loads({ name: 'model_patches' }, 'MODEL_PATCH'),
  LatentUpscaleModelLoader: loads({ model_name: 'latent_upscale_models' }, 'LATENT_UPSCALE_MODEL'),
  FrameInterpolationModelLoader: loads({ model_name: 'frame_interpolation' }, 'INTERP_MODEL'),
  LoadBackgroundRemovalModel: loads({ bg_removal_name: 'background_removal' }, 'BACKGROUND_REMOVAL'),
  LoraLoader: addsLora('clip'),
  LoraLoaderModelOnly: addsLora(),
};

/** What changes a real model and leaves the placeholder as it is. */
const patches: ClassTable = {
  CLIPSetLastLayer: passes('clip'),
  VideoLinearCFGGuidance: passes('model'),
  VideoTriangleCFGGuidance: passes('model'),
  ModelSamplingDiscrete: passes('model'),
  ModelSamplingSD3: passes('model'),
  ModelSamplingAuraFlow: passes('model'),
  ModelSamplingFlux: passes('model'),
  ModelSamplingLTXV: passes('model'),
  WanAnimate2Cache: passes('model'),
  MiniMaxH3SigmaShift: passes('model'),
  LatentApplyOperationCFG: passes('model'),
  CFGNorm: passes('model'),
  FreeU_V2: passes('model'),
  HyperTile: passes('model'),
  PatchModelAddDownscale: passes('model'),
  QwenImageDiffsynthControlnet: followsMap,
};

/** Which inputs hold the words, and which the pictures that they speak of. */
const encoders: ClassTable = {
  CLIPTextEncode: encodesText(['text']),
  CLIPTextEncodeSDXL: encodesText(['text_g', 'text_l']),
  CLIPTextEncodeFlux: encodesText(['t5xxl', 'clip_l']),
  TextEncodeQwenImageEdit: encodesText(['prompt'], ['image']),
  TextEncodeQwenImageEditPlus: encodesText(['prompt'], ['image1', 'image2', 'image3']),
  TextEncodeQwenImage21: encodesQwenImage21,
  TextEncodeAceStepAudio: encodesText(['tags']),
};

const conditionings: ClassTable = {
  ConditioningCombine: joinsConditionings('conditioning_1', 'conditioning_2'),
  ConditioningConcat: joinsConditionings('conditioning_to', 'conditioning_from'),
  ConditioningAverage: joinsConditionings('conditioning_to', 'conditioning_from'),
  ConditioningSetArea: passes('conditioning'),
  ConditioningSetMask: passes('conditioning'),
  ConditioningSetTimestepRange: passes('conditioning'),
  ConditioningZeroOut: emptiesText,
  FluxGuidance: passes('conditioning'),
  FluxKontextMultiReferenceLatentMethod: passes('conditioning'),
  LTXVConditioning: passes('positive', 'negative'),
  LTXVCropGuides: passes('positive', 'negative', 'latent'),
  ReferenceLatent: addsReference,
  ControlNetApply: followsControlNet('conditioning'),
  ControlNetApplyAdvanced: followsControlNet('positive', 'negative'),
  ControlNetInpaintingAliMamaApply: passes('positive', 'negative'),
  SetUnionControlNetType: passes('control_net'),
  InpaintModelConditioning: inpaintModelConditioning,
  SeedVR2Conditioning: restoresLatent,
};

/** What each latent decodes to: sides, frames and sound follow from its family's shape. */
const latents: ClassTable = {
  EmptyLatentImage: emptyLatent(latentShapes.sd),
  EmptySD3LatentImage: emptyLatent(latentShapes.flux),
  EmptyFlux2LatentImage: emptyLatent(latentShapes.flux2),
  EmptyHunyuanLatentVideo: emptyLatent(latentShapes.wan),
  EmptyLTXVLatentVideo: emptyLatent(latentShapes.ltx),
  EmptyMiniMaxH3LatentAV: emptyLatent(latentShapes['minimax-h3']),
  LTXVEmptyLatentAudio: emptySound(ltxSound),
  SVD_img2vid_Conditioning: svdImageToVideo,
  WanAnimate2ToVideo: animates,
  TrimVideoLatent: passes('samples'),
  WanImageToVideo: filmBetween(latentShapes.wan, { start: 'start_image' }),
  WanFirstLastFrameToVideo: filmBetween(latentShapes.wan, { start: 'start_image', end: 'end_image' }),
  LTXVImgToVideo: ltxImageToVideo,
  LTXVImgToVideoInplace: startsLatent,
  MiniMaxH3ReferenceToVideo: promptedFilmOf(latentShapes['minimax-h3'], 'ref_images'),
  MiniMaxH3ImageToVideo: promptedFilmBetween(latentShapes['minimax-h3'], {
    start: 'first_frame',
    end: 'last_frame',
  }),
  VAEDecode: vaeDecode,
  VAEDecodeTiled: vaeDecode,
  VAEEncode: vaeEncode,
  VAEEncodeTiled: vaeEncode,
  VAEEncodeForInpaint: vaeEncodeForInpaint,
  VAEDecodeAudio: decodesSound('samples'),
  LTXVAudioVAEDecode: decodesSound('samples'),
  VAEEncodeAudio: encodesSound,
  LTXVAudioVAEEncode: encodesSound,
  SetLatentNoiseMask: setLatentNoiseMask,
  LatentUpscale: latentUpscale,
  LatentUpscaleBy: latentUpscaleBy,
  LTXVLatentUpsampler: latentUpsampler,
  RepeatLatentBatch: repeatLatentBatch,
  LatentFromBatch: latentFromBatch,
  LatentBatch: latentBatch,
  LTXVConcatAVLatent: concatAvLatent,
  LTXVSeparateAVLatent: separateAvLatent,
  ...layerNodes,
  ...seedvr2Nodes,
};

const sampling: ClassTable = {
  KSampler: kSampler,
  KSamplerAdvanced: kSamplerAdvanced,
  SamplerCustom: samplerCustom,
  SamplerCustomAdvanced: samplerCustomAdvanced,
  KSamplerSelect: picksSampler(),
  SamplerEulerAncestral: picksSampler('euler_ancestral'),
  BasicScheduler: schedules(),
  Flux2Scheduler: schedules('flux2'),
  LTXVScheduler: schedules('ltxv'),
  ManualSigmas: manualSigmas,
  SplitSigmas: splitSigmas,
  RandomNoise: randomNoise,
  DisableNoise: disableNoise,
  BasicGuider: basicGuider,
  CFGGuider: guides('cfg'),
  LTXVDualCFGGuider: guides('video_cfg'),
};

/**
 * Every node class this server executes, by `class_type`. Placeholders stand for what needs a model; what works on
 * pictures, films and numbers as such is really done.
 */
export const classTable: ClassTable = {
  ...loaders,
  ...patches,
  ...encoders,
  ...conditionings,
  ...latents,
  ...sampling,
  ...imageFileNodes,
  ...imageNodes,
  ...scaleNodes,
  ...mapNodes,
  ...maskNodes,
  ...backgroundNodes,
  ...boxNodes,
  ...upscaleNodes,
  ...filmNodes,
  ...primitiveNodes,
  ...unseenNodes,
};
