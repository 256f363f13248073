/** Node packs, by the classes of theirs that shipped workflows use. */
const packs: Readonly<Record<string, readonly string[]>> = {
  comfyui_controlnet_aux: ['OpenposePreprocessor', 'MiDaS-DepthMapPreprocessor'],
};

/**
 * Releases of ComfyUI that are known to have a class that shipped workflows use, by the official templates that ask for
 * it. An earlier release may have it too.
 */
const releases: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  '0.3.72': ['EmptyFlux2LatentImage', 'Flux2Scheduler'],
  '0.11.0': [
    ...['ModelSamplingAuraFlow', 'ModelPatchLoader', 'QwenImageDiffsynthControlnet', 'GetImageSize'],
    ...['ReferenceLatent', 'FluxKontextImageScale', 'FluxKontextMultiReferenceLatentMethod', 'CFGNorm'],
    ...['TextEncodeQwenImageEditPlus', 'ImageScaleToMaxDimension'],
  ],
  '0.16.4': [
    ...[/^LTX/, /LTXV/, 'LatentUpscaleModelLoader', 'ManualSigmas'],
    ...['ResizeImageMaskNode', 'ResizeImagesByLongerEdge'],
  ],
  '0.30.0': [/^MiniMaxH3/],
  '0.33.0': [
    /^SeedVR2/,
    /^SDPose/,
    /DA3/,
    'VAEDecodeAudio',
    'ControlNetInpaintingAliMamaApply',
    /^FrameInterpolat/,
    'LoadBackgroundRemovalModel',
    'RemoveBackground',
    'ComfySwitchNode',
  ],
  '0.36.0': ['TextEncodeQwenImage21'],
};

const packsByClass = new Map(
  Object.entries(packs).flatMap(([pack, names]) => names.map((name) => [name, pack] as const)),
);

/** The node pack that brings a class; undefined for ComfyUI's own and for unknown ones. */
export const nodePackOf = (className: string): string | undefined => packsByClass.get(className);

/** A release of ComfyUI that has the class; undefined for those that every supported release has, and for unknown ones. */
export const releaseOf = (className: string): string | undefined =>
  Object.entries(releases).find(([, names]) =>
    names.some((name) => (typeof name === 'string' ? name === className : name.test(className))),
  )?.[0];
