/** The highest numbers that people's own graphs may hold, by input: a server would begin anything. */
const highest: Readonly<Record<string, number>> = {
  width: 4_096,
  height: 4_096,
  target_width: 8_192,
  target_height: 8_192,
  batch_size: 16,
  amount: 16,
  steps: 150,
  length: 257,
  scale_by: 8,
  megapixels: 32,
};

/** Undefined: the class's own range is enough. */
export const limitOf = (input: string): number | undefined =>
  Object.hasOwn(highest, input) ? highest[input] : undefined;

/** Pictures and films of one task. */
export const mostResults = 64;

/** How many nodes may save or show something. */
export const mostOutputs = 8;

/** Their numbers are known before the graph runs, or follow from a picture that is there. */
export const isKnownNumber = (classType: string): boolean => knownNumbers.has(classType);
const knownNumbers = new Set(['GetImageSize', 'PrimitiveInt', 'PrimitiveFloat']);
