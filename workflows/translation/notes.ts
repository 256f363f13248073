export const translationCodes = ['result', 'size', 'nearest', 'default', 'dropped', 'needed'] as const;

/**
 * What became of one parameter. `result`: it is the result now. `size`: width and height, in the same aspect.
 * `nearest`: the nearest value that is accepted. `default`: the other workflow's own. `dropped`: the other workflow
 * has no such parameter. `needed`: there is no value, and somebody must give one.
 */
export interface TranslationNote {
  code: (typeof translationCodes)[number];
  param: string;
  from?: unknown;
  to?: unknown;
}
