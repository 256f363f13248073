import type { UpscaleModel } from '../pictures/networks.ts';
import type { Picture } from '../pictures/picture.ts';
import { resizePicture } from '../pictures/resizePicture.ts';
import { countTiles, upscalePicture } from '../pictures/upscalePicture.ts';
import { type NodeDefinition, NodeFailure } from './node.ts';
import { requireInput, textInput } from './values.ts';

const upscaleModelLoader: NodeDefinition = {
  async run(context, inputs) {
    const name = textInput(inputs, 'model_name');
    const file = context.models.find('upscale_models', name);
    if (!file)
      throw new NodeFailure('FileNotFoundError', `Model in folder 'upscale_models' not found: ${name}`);
    await context.simulateLoad(context.config.simulation.checkpointLoadSeconds / 4);
    return { outputs: [{ type: 'UPSCALE_MODEL', file }] };
  },
};

const imageUpscaleWithModel: NodeDefinition = {
  async run(context, inputs) {
    const { file } = requireInput(inputs, 'upscale_model', 'UPSCALE_MODEL');
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const model: UpscaleModel = { network: file.network ?? 'slim-4x', scale: file.scale ?? 4 };
    const total = pictures.reduce((sum, { width, height }) => sum + countTiles(width, height, model), 0);
    let done = 0;
    const enlarged: Picture[] = [];
    if (context.config.simulation.instant) {
      for (const picture of pictures) {
        const size = { width: picture.width * model.scale, height: picture.height * model.scale };
        enlarged.push(await resizePicture(context, picture, size, 'nearest-exact'));
      }
      context.progress(total, total);
      return { outputs: [{ type: 'IMAGE', pictures: enlarged }] };
    }
    for (const picture of pictures) {
      enlarged.push(
        await upscalePicture(context, picture, model, () => {
          done += 1;
          context.progress(done, total);
        }),
      );
    }
    return { outputs: [{ type: 'IMAGE', pictures: enlarged }] };
  },
};

export const upscaleNodes: Readonly<Record<string, NodeDefinition>> = {
  UpscaleModelLoader: upscaleModelLoader,
  ImageUpscaleWithModel: imageUpscaleWithModel,
};
