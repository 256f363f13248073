import type { Picture } from '../pictures/picture.ts';
import { type NodeDefinition, NodeFailure } from './node.ts';
import {
  type ConditioningValue,
  findInput,
  grownInputs,
  type NodeInputs,
  numberInput,
  requireInput,
  textInput,
} from './values.ts';

/** Conditioning of a text; a checkpoint without a text encoder fails here, as a real one does. */
export function encodeText(inputs: NodeInputs, text: string): ConditioningValue {
  const clip = findInput(inputs, 'clip', 'CLIP');
  if (!clip) {
    throw new NodeFailure(
      'RuntimeError',
      'ERROR: clip input is invalid: None\n\nIf the clip is from a checkpoint loader node your checkpoint does not contain a valid clip or text encoder model.',
    );
  }
  return { type: 'CONDITIONING', text, family: clip.file.family, controls: [] };
}

/** Conditioning of the first of these texts that says something, with the pictures that it speaks of. */
export function encodesText(texts: readonly string[], pictures: readonly string[] = []): NodeDefinition {
  return {
    run(_context, inputs) {
      const text = texts.map((name) => textInput(inputs, name)).find((given) => given !== '') ?? '';
      return { outputs: [{ ...encodeText(inputs, text), ...referencesOf(inputs, pictures) }] };
    },
  };
}

function referencesOf(inputs: NodeInputs, names: readonly string[]): { references?: Picture[] } {
  const references = names.flatMap((name) => findInput(inputs, name, 'IMAGE')?.pictures.slice(0, 1) ?? []);
  return references.length > 0 ? { references } : {};
}

/** Two conditionings as one: texts joined, hints of both. */
export const joinsConditionings = (first: string, second: string): NodeDefinition => ({
  run(_context, inputs) {
    const a = requireInput(inputs, first, 'CONDITIONING');
    const b = requireInput(inputs, second, 'CONDITIONING');
    return { outputs: [{ ...a, text: `${a.text}, ${b.text}`, controls: [...a.controls, ...b.controls] }] };
  },
});

export const emptiesText: NodeDefinition = {
  run: (_context, inputs) => ({
    outputs: [{ ...requireInput(inputs, 'conditioning', 'CONDITIONING'), text: '' }],
  }),
};

/** The reference's picture, which an edit starts from: the first of a latent, as far as it holds one. */
export const addsReference: NodeDefinition = {
  run(_context, inputs) {
    const conditioning = requireInput(inputs, 'conditioning', 'CONDITIONING');
    const latent = findInput(inputs, 'latent', 'LATENT')?.latents[0];
    if (latent?.kind !== 'encoded') return { outputs: [conditioning] };
    const references = [...(conditioning.references ?? []), latent.picture];
    return { outputs: [{ ...conditioning, references }] };
  },
};

/** Sides are multiples of this in Qwen-Image 2.1. */
const qwenSide = 32;

function qwenSize({ width, height }: Picture, resolution: number): { width: number; height: number } {
  const ratio = width / height;
  const fit = (side: number): number => Math.max(qwenSide, Math.round(side / qwenSide) * qwenSide);
  if (resolution === 0) return { width: fit(width), height: fit(height) };
  return { width: fit(resolution * Math.sqrt(ratio)), height: fit(resolution / Math.sqrt(ratio)) };
}

/** The first picture of each input of a growing list, in the order of their numbers. */
export function grownPictures(inputs: NodeInputs, list: string): Picture[] {
  return [...grownInputs(inputs, list)]
    .toSorted(([a], [b]) => Number(a.split('_').at(-1)) - Number(b.split('_').at(-1)))
    .flatMap(([, value]) => (value.type === 'IMAGE' ? value.pictures.slice(0, 1) : []));
}

/** Both texts at once, up to sixteen references, and an empty latent of the first reference's size. */
export const encodesQwenImage21: NodeDefinition = {
  run(_context, inputs) {
    const resolution = numberInput(inputs, 'resolution', 1024);
    const references = grownPictures(inputs, 'images');
    const encode = (name: string): ConditioningValue => ({
      ...encodeText(inputs, textInput(inputs, name)),
      ...(references.length > 0 && { references }),
    });
    const [first] = references;
    const side = resolution || 1024;
    const size = first ? qwenSize(first, resolution) : { width: side, height: side };
    return {
      outputs: [
        encode('prompt'),
        encode('negative_prompt'),
        {
          type: 'LATENT',
          width: size.width - (size.width % 16),
          height: size.height - (size.height % 16),
          latents: [{ kind: 'empty' }],
          isVideo: false,
        },
      ],
    };
  },
};
