import { conditioningNodes } from './conditioningNodes.ts';
import { imageFileNodes } from './imageFileNodes.ts';
import { imageNodes } from './imageNodes.ts';
import { latentNodes } from './latentNodes.ts';
import { loaderNodes } from './loaderNodes.ts';
import { maskNodes } from './maskNodes.ts';
import type { NodeDefinition } from './node.ts';
import { primitiveNodes } from './primitiveNodes.ts';
import { samplerNodes } from './samplerNodes.ts';
import { upscaleNodes } from './upscaleNodes.ts';
import { videoNodes } from './videoNodes.ts';

const groups = [
  loaderNodes,
  conditioningNodes,
  latentNodes,
  samplerNodes,
  imageFileNodes,
  imageNodes,
  maskNodes,
  upscaleNodes,
  videoNodes,
  primitiveNodes,
];

/** Every node class this server executes, by `class_type`. */
export const nodeRegistry: ReadonlyMap<string, NodeDefinition> = new Map(
  groups.flatMap((group) => Object.entries(group)),
);
