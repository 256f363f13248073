import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { cubeFile } from '../files/cubeFile.ts';
import type { FolderType } from '../files/dataFolders.ts';
import { encodeSound, type SoundFormat } from '../files/encodeSound.ts';
import { planSave, savedFilename, savedPath } from '../files/savedName.ts';
import { openPicture, type Picture } from '../pictures/picture.ts';
import { emptySoundLatent } from './emptyLatents.ts';
import type { NodeContext, NodeDefinition, NodeResult } from './node.ts';
import { findInput, type NodeInputs, numberInput, requireInput, textInput } from './values.ts';

/*
 * What is no picture and no film: a tune, a cube, and words. Each follows from what was asked for, so that two requests
 * can be told apart.
 */

/** Plans one file, has it written, and shows it under the key that clients read it from. */
async function saveUnder(
  context: NodeContext,
  key: 'audio' | '3d' | 'files',
  place: { prefix: string; extension: string; type?: FolderType },
  write: (path: string) => Promise<void>,
): Promise<NodeResult> {
  await context.injectFaults('save');
  const { prefix, extension, type = 'output' } = place;
  const size = { width: 0, height: 0 };
  const planned = await planSave(context.folders, type, prefix, size, { now: new Date(), remembered: null });
  const filename = savedFilename(planned, 0, extension);
  await write(savedPath(planned, filename));
  return { outputs: [], ui: { [key]: [{ filename, subfolder: planned.subfolder, type }] } };
}

const savesSound = (format: SoundFormat, type: FolderType = 'output'): NodeDefinition => ({
  async run(context, inputs) {
    const audio = requireInput(inputs, 'audio', 'AUDIO');
    const quality = textInput(inputs, 'quality', '128k');
    const prefix = textInput(inputs, 'filename_prefix', 'audio/ComfyUI');
    const saved = await saveUnder(context, 'audio', { prefix, extension: format, type }, (path) =>
      encodeSound(context, audio.sound, path, { format, quality }),
    );
    return { ...saved, outputs: [audio] };
  },
});

/** Picture and words of what was sampled. */
function askedOf(inputs: NodeInputs): { picture?: Picture; seedText: string } {
  const [latent] = requireInput(inputs, 'samples', 'LATENT').latents;
  if (latent?.kind !== 'sampled') return { seedText: '' };
  const { recipe } = latent;
  const picture = recipe.references?.[0];
  return { ...(picture && { picture }), seedText: `${recipe.seed} ${recipe.prompt}` };
}

const saveGlb: NodeDefinition = {
  run(context, inputs) {
    const { picture, seedText } = requireInput(inputs, 'mesh', 'MESH');
    const prefix = textInput(inputs, 'filename_prefix', '3d/ComfyUI');
    return saveUnder(context, '3d', { prefix, extension: 'glb' }, async (path) => {
      const look = picture ? { picture: await faceOf(picture) } : { colour: colourOf(seedText) };
      await writeFile(path, cubeFile(look, { prompt: JSON.stringify(context.graph) }));
    });
  },
};

const facePixels = 256;

const faceOf = async (picture: Picture): Promise<Buffer> =>
  openPicture(picture).flatten({ background: 'white' }).resize(facePixels, facePixels).png().toBuffer();

function colourOf(seedText: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = createHash('sha256').update(seedText).digest();
  return [red / 255, green / 255, blue / 255];
}

/** Words that follow from the picture and the request; a model would find better ones. */
const textGenerate: NodeDefinition = {
  async run(context, inputs) {
    const asked = textInput(inputs, 'prompt');
    const picture = findInput(inputs, 'image', 'IMAGE')?.pictures[0];
    context.progress(1, 1);
    const last = asked.split('\n').findLast((line) => line.trim() !== '') ?? '';
    const text = picture
      ? await describePicture(picture)
      : `${last.trim()}, soft light, fine detail, wide view`;
    return { outputs: [{ type: 'LITERAL', value: text }] };
  },
};

const hues = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'] as const;

async function describePicture(picture: Picture): Promise<string> {
  const { width, height } = picture;
  const { data } = await sharp(await openPicture(picture).flatten().png().toBuffer())
    .resize(1, 1)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [red = 0, green = 0, blue = 0] = data;
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const turn =
    most === red
      ? (green - blue) / (most - least)
      : most === green
        ? 2 + (blue - red) / (most - least)
        : 4 + (red - green) / (most - least);
  const hue = most - least < 16 ? 'grey' : hues[Math.round(turn + 6) % 6];
  const shape = width === height ? 'square' : width > height ? 'wide' : 'tall';
  const light = most > 170 ? 'bright' : most > 85 ? 'soft' : 'dark';
  return `a ${shape} picture in ${light} ${hue} tones`;
}

const saveText: NodeDefinition = {
  async run(context, inputs) {
    const text = textInput(inputs, 'text');
    const place = {
      prefix: textInput(inputs, 'filename_prefix', 'ComfyUI'),
      extension: textInput(inputs, 'format', 'txt'),
    };
    const { ui = {} } = await saveUnder(context, 'files', place, (path) => writeFile(path, text));
    return { outputs: [{ type: 'LITERAL', value: text }], ui: { ...ui, text: [text] } };
  },
};

export const unseenNodes: Readonly<Record<string, NodeDefinition>> = {
  EmptyAceStepLatentAudio: {
    run: (_context, inputs) => ({
      outputs: [emptySoundLatent({ rate: 44_100, channels: 2 }, numberInput(inputs, 'seconds', 120))],
    }),
  },
  LatentOperationTonemapReinhard: { run: () => ({ outputs: [{ type: 'LATENT_OPERATION' }] }) },
  SaveAudio: savesSound('flac'),
  SaveAudioMP3: savesSound('mp3'),
  SaveAudioOpus: savesSound('opus'),
  PreviewAudio: savesSound('flac', 'temp'),
  CLIPVisionEncode: {
    run(_context, inputs) {
      const [picture] = requireInput(inputs, 'image', 'IMAGE').pictures;
      return { outputs: [{ type: 'CLIP_VISION_OUTPUT', ...(picture && { picture }) }] };
    },
  },
  Hunyuan3Dv2Conditioning: {
    run(_context, inputs) {
      const { picture } = requireInput(inputs, 'clip_vision_output', 'CLIP_VISION_OUTPUT');
      const empty = { type: 'CONDITIONING', text: '', family: undefined, controls: [] } as const;
      return { outputs: [{ ...empty, ...(picture && { references: [picture] }) }, empty] };
    },
  },
  EmptyLatentHunyuan3Dv2: {
    run: (_context, inputs) => ({
      outputs: [
        {
          type: 'LATENT',
          width: 512,
          height: 512,
          latents: Array.from({ length: numberInput(inputs, 'batch_size', 1) }, () => ({
            kind: 'empty' as const,
          })),
          isVideo: false,
        },
      ],
    }),
  },
  VAEDecodeHunyuan3D: { run: (_context, inputs) => ({ outputs: [{ type: 'VOXEL', ...askedOf(inputs) }] }) },
  VoxelToMesh: {
    run: (_context, inputs) => ({ outputs: [{ ...requireInput(inputs, 'voxel', 'VOXEL'), type: 'MESH' }] }),
  },
  SaveGLB: saveGlb,
  TextGenerate: textGenerate,
  SaveText: saveText,
};
