import { statSync } from 'node:fs';
import sharp from 'sharp';
import { encodeVideo, type VideoFormat } from '../files/encodeVideo.ts';
import { probeFilm, probeSound, readFrames } from '../files/loadFilm.ts';
import { planSave, savedFilename, savedPath } from '../files/savedName.ts';
import { isJsonObject, stringifyAscii } from '../json.ts';
import { loadPicture, openPicture, type Picture, renderPicture } from '../pictures/picture.ts';
import { holdFrames, mapFrames } from './frames.ts';
import { type NodeContext, type NodeDefinition, NodeFailure, type NodeResult } from './node.ts';
import {
  findInput,
  flagInput,
  type NodeInputs,
  type NodeValue,
  numberInput,
  requireInput,
  textInput,
} from './values.ts';

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
    const sound = findInput(inputs, 'audio', 'AUDIO')?.sound;
    const fps = numberInput(inputs, 'fps', 30);
    return { outputs: [{ type: 'VIDEO', pictures, fps, ...(sound && { sound }) }] };
  },
};

/** What ComfyUI's containers are here; it has WebM too, which takes no sound of ours. */
const containers: Readonly<Record<string, 'mp4' | 'mkv'>> = { auto: 'mp4', mp4: 'mp4', mkv: 'mkv' };

const saveVideo: NodeDefinition = {
  run(context, inputs) {
    const video = requireInput(inputs, 'video', 'VIDEO');
    const { pictures, fps, sound } = video;
    const format = containers[textInput(inputs, 'format', 'auto')];
    if (!format)
      throw new NodeFailure('NotImplementedError', 'the preview backend saves films as mp4 or mkv');
    return saveOne(context, inputs, pictures, format, (path) =>
      encodeVideo(context, pictures, path, { format, fps, ...(sound && { sound }) }),
    );
  },
};

/** A node whose `input` names an uploaded film or sound. */
function loadsFile(
  input: string,
  kind: 'video' | 'audio',
  read: (context: NodeContext, path: string) => Promise<NodeValue>,
): NodeDefinition {
  return {
    async run(context, inputs) {
      const named = textInput(inputs, input);
      const path = context.folders.findAnnotated(named);
      if (path === null) throw new NodeFailure('FileNotFoundError', `Invalid ${kind} file: ${named}`);
      return { outputs: [await read(context, path)] };
    },
    changeMark: (folders, inputs) => {
      const path = folders.findAnnotated(String(inputs[input]));
      if (path === null) throw new NodeFailure('FileNotFoundError', String(inputs[input]));
      return String(statSync(path).mtimeMs);
    },
    check(folders, { [input]: file }) {
      if (typeof file === 'string' && folders.findAnnotated(file) !== null) return null;
      return { input, reason: `Invalid ${kind} file: ${String(file)}` };
    },
  };
}

const loadVideo = loadsFile('file', 'video', async (context, path) => {
  const facts = await probeFilm(path, context.signal);
  const pictures = await holdFrames(context, readFrames(path, facts, context.signal));
  const { fps, sound } = facts;
  return { type: 'VIDEO', pictures, fps, ...(sound && { sound }) };
});

const loadAudio = loadsFile('audio', 'audio', async (context, path) => ({
  type: 'AUDIO',
  sound: await probeSound(path, context.signal),
}));

const trimAudio: NodeDefinition = {
  run(_context, inputs) {
    const { sound } = requireInput(inputs, 'audio', 'AUDIO');
    const wanted = numberInput(inputs, 'start_index');
    const from = Math.max(0, wanted < 0 ? sound.seconds + wanted : wanted);
    if (from >= sound.seconds)
      throw new NodeFailure(
        'ValueError',
        'AudioTrim: Start time must be less than end time and be within the audio length.',
      );
    const seconds = Math.min(numberInput(inputs, 'duration', 60), sound.seconds - from);
    const { source } = sound;
    const cut = source.kind === 'file' ? { ...source, fromSeconds: source.fromSeconds + from } : source;
    return { outputs: [{ type: 'AUDIO', sound: { ...sound, seconds, source: cut } }] };
  },
};

const getVideoComponents: NodeDefinition = {
  run(_context, inputs) {
    const { pictures, fps, sound } = requireInput(inputs, 'video', 'VIDEO');
    return {
      outputs: [
        { type: 'IMAGE', pictures },
        sound ? { type: 'AUDIO', sound } : { type: 'NONE' },
        { type: 'LITERAL', value: fps },
        { type: 'LITERAL', value: 8 },
        { type: 'LITERAL', value: 'sRGB' },
      ],
    };
  },
};

/** Frames between each two: the one fades into the next. */
const frameInterpolate: NodeDefinition = {
  async run(context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    const times = Math.max(1, numberInput(inputs, 'multiplier', 2));
    const steps = (pictures.length - 1) * times;
    if (steps < 1 || times < 2) return { outputs: [{ type: 'IMAGE', pictures }] };
    const made = await mapFrames(context, Array.from({ length: steps + 1 }), async (_, index) => {
      const from = pictures[Math.floor(index / times)] as Picture;
      const share = (index % times) / times;
      if (share === 0) return from;
      context.progress(index - Math.floor(index / times), steps - pictures.length + 1);
      return fade(from, pictures[Math.floor(index / times) + 1] as Picture, share);
    });
    return { outputs: [{ type: 'IMAGE', pictures: made }] };
  },
};

async function fade(from: Picture, to: Picture, share: number): Promise<Picture> {
  const { width, height } = from;
  const input = await openPicture(to).ensureAlpha(share).raw().toBuffer();
  const layer = { input, raw: { width, height, channels: 4 as const } };
  return renderPicture(openPicture(from).composite([layer]), 3);
}

export const filmNodes: Readonly<Record<string, NodeDefinition>> = {
  SaveAnimatedWEBP: saveAnimatedWebp,
  SaveAnimatedPNG: saveAnimatedPng,
  SaveWEBM: saveWebm,
  CreateVideo: createVideo,
  SaveVideo: saveVideo,
  LoadVideo: loadVideo,
  LoadAudio: loadAudio,
  TrimAudioDuration: trimAudio,
  GetVideoComponents: getVideoComponents,
  FrameInterpolate: frameInterpolate,
};
