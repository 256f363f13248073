/** Which model folder fills an enumerated input, by the input's name. */
const foldersByInput: Readonly<Record<string, string>> = {
  ckpt_name: 'checkpoints',
  lora_name: 'loras',
  control_net_name: 'controlnet',
  unet_name: 'diffusion_models',
  style_model_name: 'style_models',
  clip_name: 'text_encoders',
  clip_name1: 'text_encoders',
  clip_name2: 'text_encoders',
  clip_name3: 'text_encoders',
  clip_name4: 'text_encoders',
  text_encoder: 'text_encoders',
  vae_name: 'vae',
  bg_removal_name: 'background_removal',
};

/** Inputs named alike that read different folders in different classes. */
const foldersByClass: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CLIPVisionLoader: { clip_name: 'clip_vision' },
  UpscaleModelLoader: { model_name: 'upscale_models' },
  LatentUpscaleModelLoader: { model_name: 'latent_upscale_models' },
  FrameInterpolationModelLoader: { model_name: 'frame_interpolation' },
  LoadDA3Model: { model_name: 'geometry_estimation' },
  ModelPatchLoader: { name: 'model_patches' },
};

/** The folder whose files an input names; undefined for all other inputs. */
export function folderOfInput(classType: string, input: string): string | undefined {
  const ofClass = foldersByClass[classType];
  if (ofClass && Object.hasOwn(ofClass, input)) return ofClass[input];
  return Object.hasOwn(foldersByInput, input) ? foldersByInput[input] : undefined;
}
