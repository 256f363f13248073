import { imageFileNodes } from './imageFileNodes.ts';
import { imageNodes } from './imageNodes.ts';
import type { NodeDefinition } from './node.ts';
import { upscaleNodes } from './upscaleNodes.ts';

/** Every node class this server executes, by `class_type`. */
export const nodeRegistry: ReadonlyMap<string, NodeDefinition> = new Map(
  [imageFileNodes, imageNodes, upscaleNodes].flatMap((group) => Object.entries(group)),
);
