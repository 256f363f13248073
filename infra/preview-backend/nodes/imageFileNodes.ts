import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { DataFolders } from '../files/dataFolders.ts';
import { loadImageFile, loadMaskFile } from '../files/loadImageFile.ts';
import { saveImageFiles } from '../files/saveImageFiles.ts';
import type { JsonObject } from '../json.ts';
import { openPicture } from '../pictures/picture.ts';
import { type NodeDefinition, NodeFailure } from './node.ts';
import { requireInput, textInput } from './values.ts';

/** Random part of PreviewImage's names, new with each start of the server. */
const tempSuffix = Array.from(randomUUID().replaceAll('-', '').slice(0, 5), (digit) =>
  String.fromCharCode(97 + Number.parseInt(digit, 16)),
).join('');

async function hashOfNamed(folders: DataFolders, inputs: JsonObject): Promise<string> {
  const path = folders.findAnnotated(String(inputs.image));
  if (path === null) throw new NodeFailure('FileNotFoundError', String(inputs.image));
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function checkNamed(folders: DataFolders, inputs: JsonObject) {
  const named = inputs.image;
  if (typeof named === 'string' && folders.findAnnotated(named) !== null) return null;
  return { input: 'image', reason: `Invalid image file: ${String(named)}` };
}

function requireFile(folders: DataFolders, named: string): string {
  const path = folders.findAnnotated(named);
  if (path === null) {
    throw new NodeFailure('FileNotFoundError', `[Errno 2] No such file or directory: '${named}'`);
  }
  return path;
}

const loadImage: NodeDefinition = {
  async run({ folders }, inputs) {
    const { pictures, masks } = await loadImageFile(requireFile(folders, textInput(inputs, 'image')));
    return {
      outputs: [
        { type: 'IMAGE', pictures },
        { type: 'MASK', pictures: masks },
      ],
    };
  },
  changeMark: hashOfNamed,
  check: checkNamed,
};

const loadImageMask: NodeDefinition = {
  async run({ folders }, inputs) {
    const path = requireFile(folders, textInput(inputs, 'image'));
    return {
      outputs: [{ type: 'MASK', pictures: [await loadMaskFile(path, textInput(inputs, 'channel'))] }],
    };
  },
  changeMark: hashOfNamed,
  check: checkNamed,
};

const saveImage: NodeDefinition = {
  async run(context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    const prefix = textInput(inputs, 'filename_prefix', 'ComfyUI');
    const images = await saveImageFiles(context, pictures, { type: 'output', prefix, compressionLevel: 4 });
    return { outputs: [], ui: { images } };
  },
};

const previewImage: NodeDefinition = {
  async run(context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    const prefix = `ComfyUI_temp_${tempSuffix}`;
    const images = await saveImageFiles(context, pictures, { type: 'temp', prefix, compressionLevel: 1 });
    return { outputs: [], ui: { images } };
  },
};

/** Finished pictures as binary frames, counted from zero; never taken from the cache. */
const saveImageWebsocket: NodeDefinition = {
  async run(context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    for (const [index, picture] of pictures.entries()) {
      const bytes = await openPicture(picture).png({ compressionLevel: 1 }).toBuffer();
      context.progress(index, pictures.length, { format: 'png', bytes });
    }
    return { outputs: [] };
  },
  changeMark: () => randomUUID(),
};

export const imageFileNodes: Readonly<Record<string, NodeDefinition>> = {
  LoadImage: loadImage,
  LoadImageMask: loadImageMask,
  SaveImage: saveImage,
  PreviewImage: previewImage,
  SaveImageWebsocket: saveImageWebsocket,
};
