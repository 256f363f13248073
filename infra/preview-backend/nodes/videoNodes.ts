import sharp from 'sharp';
import { encodeVideo, type VideoFormat } from '../files/encodeVideo.ts';
import { planSave, savedFilename, savedPath } from '../files/savedName.ts';
import { isJsonObject, stringifyAscii } from '../json.ts';
import { loadPicture, openPicture, type Picture, renderPicture } from '../pictures/picture.ts';
import { type NodeContext, type NodeDefinition, NodeFailure, type NodeResult } from './node.ts';
import { flagInput, type NodeInputs, numberInput, requireInput, textInput } from './values.ts';

/** Plans one file, has it written, and shows it as every video is shown: among `images`, marked animated. */
async function saveOne(
  context: NodeContext,
  inputs: NodeInputs,
  pictures: readonly Picture[],
  extension: string,
  write: (path: string) => Promise<void>,
): Promise<NodeResult> {
  const first = pictures[0];
  if (!first) throw new NodeFailure('ValueError', 'a video needs at least one frame');
  await context.injectFaults('save');
  const prefix = textInput(inputs, 'filename_prefix', 'ComfyUI');
  const place = await planSave(context.folders, 'output', prefix, first, {
    now: new Date(),
    remembered: null,
  });
  const filename = savedFilename(place, 0, extension);
  await write(savedPath(place, filename));
  return {
    outputs: [],
    ui: { images: [{ filename, subfolder: place.subfolder, type: 'output' }], animated: [true] },
  };
}

const saveAnimatedWebp: NodeDefinition = {
  run(context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    return saveOne(context, inputs, pictures, 'webp', async (path) => {
      const delay = Math.round(1000 / numberInput(inputs, 'fps', 6));
      const method = { fastest: 0, default: 4, slowest: 6 }[textInput(inputs, 'method')] ?? 4;
      const frames = await stackFrames(pictures);
      await frames
        .withExif({ IFD0: exifOf(context) })
        .webp({
          delay: pictures.map(() => delay),
          loop: 0,
          lossless: flagInput(inputs, 'lossless'),
          quality: Math.max(1, numberInput(inputs, 'quality', 80)),
          effort: method,
        })
        .toFile(path);
    });
  },
};

/** Frames as one tall picture, which is how libvips takes an animation. */
async function stackFrames(pictures: readonly Picture[]) {
  const first = pictures[0] as Picture;
  const frames: Buffer[] = [];
  for (const picture of pictures) {
    const rgb =
      picture.channels === 3 ? await loadPicture(picture) : await renderPicture(openPicture(picture), 3);
    frames.push(rgb.pixels);
  }
  const { width, height } = first;
  return sharp(Buffer.concat(frames), {
    limitInputPixels: false,
    raw: { width, height: height * pictures.length, channels: 3, pageHeight: height },
  });
}

/** ComfyUI hides the graph in EXIF fields meant for the camera: `Model` and, for the rest, `Make`. */
function exifOf(context: NodeContext): { [tag: string]: string } {
  const info = context.extraData.extra_pnginfo;
  const workflow = isJsonObject(info) ? info.workflow : undefined;
  return {
    Model: `prompt:${stringifyAscii(context.graph)}`,
    ...(workflow !== undefined && { Make: `workflow:${stringifyAscii(workflow)}` }),
  };
}

const saveAnimatedPng: NodeDefinition = {
  run(context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    const fps = numberInput(inputs, 'fps', 6);
    return saveOne(context, inputs, pictures, 'png', (path) =>
      encodeVideo(context, pictures, path, { format: 'apng', fps }),
    );
  },
};

const saveWebm: NodeDefinition = {
  run(context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    const format: VideoFormat = textInput(inputs, 'codec') === 'av1' ? 'webm-av1' : 'webm-vp9';
    const options = { format, fps: numberInput(inputs, 'fps', 24), crf: numberInput(inputs, 'crf', 32) };
    return saveOne(context, inputs, pictures, 'webm', (path) =>
      encodeVideo(context, pictures, path, options),
    );
  },
};

const createVideo: NodeDefinition = {
  run(_context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    return { outputs: [{ type: 'VIDEO', pictures, fps: numberInput(inputs, 'fps', 30) }] };
  },
};

const saveVideo: NodeDefinition = {
  run(context, inputs) {
    const { pictures, fps } = requireInput(inputs, 'video', 'VIDEO');
    return saveOne(context, inputs, pictures, 'mp4', (path) =>
      encodeVideo(context, pictures, path, { format: 'mp4', fps }),
    );
  },
};

export const videoNodes: Readonly<Record<string, NodeDefinition>> = {
  SaveAnimatedWEBP: saveAnimatedWebp,
  SaveAnimatedPNG: saveAnimatedPng,
  SaveWEBM: saveWebm,
  CreateVideo: createVideo,
  SaveVideo: saveVideo,
};
