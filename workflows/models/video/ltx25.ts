import { withNodes } from '../../graph/withNodes.ts';
import { withValues } from '../../graph/withValues.ts';

const guider = (conditioning: string, title: string) => ({
  class_type: 'LTXVDualCFGGuider',
  inputs: {
    model: ['4', 0],
    positive: [conditioning, 0],
    negative: [conditioning, 1],
    video_cfg: 1,
    audio_cfg: 1,
  },
  _meta: { title },
});

/**
 * A graph of LTX-2.3 for LTX-2.5, whose distilled weights need no LoRA, and whose parts lie in files of their own. Size,
 * passes and sigmas are the same.
 */
export const asLtx25 = <const G extends object>(graph: G, name: { from: string; to: string }): G =>
  withValues(
    withNodes(
      graph,
      {
        4: {
          class_type: 'UNETLoader',
          inputs: {
            unet_name: 'ltx-2.5-22b-distilled-transformer-comfy-int8-convrot.safetensors',
            weight_dtype: 'default',
          },
          _meta: { title: 'Model' },
        },
        6: {
          class_type: 'CLIPLoader',
          inputs: {
            clip_name: 'gemma4-12b-with-proj-ltx-2.5-comfy-int8-convrot.safetensors',
            type: 'ltxv',
            device: 'default',
          },
          _meta: { title: 'Text encoder' },
        },
        7: {
          class_type: 'VAELoader',
          inputs: { vae_name: 'ltx-2.5-audio-vae-bf16.safetensors' },
          _meta: { title: 'VAE for sound' },
        },
        17: guider('11', 'Guider of the first pass'),
        27: guider('22', 'Guider of the second pass'),
        32: {
          class_type: 'VAEDecodeTiled',
          inputs: {
            samples: ['31', 0],
            vae: ['36', 0],
            tile_size: 512,
            overlap: 64,
            temporal_size: 64,
            temporal_overlap: 16,
          },
          _meta: { title: 'Decode the frames' },
        },
        36: {
          class_type: 'VAELoader',
          inputs: { vae_name: 'ltx-2.5-video-vae-bf16.safetensors' },
          _meta: { title: 'VAE for frames' },
        },
      },
      { '4.2': ['36', 0] },
    ),
    {
      'ltx-2.3-spatial-upscaler-x2-1.1.safetensors':
        'ltx-2.5-latent-spatial-upscaler-x2-bf16-1.0.safetensors',
      euler_ancestral_cfg_pp: 'euler_ancestral',
      euler_cfg_pp: 'euler_ancestral',
      [name.from]: name.to,
    },
  );
