import type { InputImage } from '../workflow.ts';

/** @returns a sentence for the person when a mask does not lie over its picture. */
export function findMaskFault(mask: InputImage, image: InputImage): string | undefined {
  if (mask.width === image.width && mask.height === image.height) return undefined;
  const sizes = `The mask is ${mask.width} × ${mask.height} pixels and the picture ${image.width} × ${image.height}`;
  return `${sizes}; give a mask of the picture's size.`;
}
