/** What a node of ComfyUI does, by its class: the names of the spans in a run. */
type NodeKind = 'load' | 'encode' | 'sample' | 'decode' | 'upscale' | 'save' | 'compute';

/** In this order: `LoadImage` loads, and `VAEDecodeTiled` decodes. */
const kinds: readonly [RegExp, NodeKind][] = [
  [/Sampler/, 'sample'],
  [/Loader|^Load/, 'load'],
  [/Decode/, 'decode'],
  [/Encode/, 'encode'],
  [/Upscale/, 'upscale'],
  [/^Save|^Preview/, 'save'],
];

export const kindOfNode = (className: string): NodeKind =>
  kinds.find(([pattern]) => pattern.test(className))?.[1] ?? 'compute';
