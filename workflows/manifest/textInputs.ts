/** The inputs that take people's own words: text encoders, and the text nodes that may feed one. */
const textInputs: Readonly<Record<string, readonly string[]>> = {
  CLIPTextEncode: ['text'],
  CLIPTextEncodeFlux: ['clip_l', 't5xxl'],
  CLIPTextEncodeHiDream: ['clip_l', 'clip_g', 't5xxl', 'llama'],
  CLIPTextEncodeLumina2: ['user_prompt'],
  CLIPTextEncodeSD3: ['clip_l', 'clip_g', 't5xxl'],
  CLIPTextEncodeSDXL: ['text_g', 'text_l'],
  CLIPTextEncodeSDXLRefiner: ['text'],
  MiniMaxH3ImageToVideo: ['prompt'],
  MiniMaxH3ReferenceToVideo: ['prompt'],
  PrimitiveString: ['value'],
  PrimitiveStringMultiline: ['value'],
  TextEncodeHunyuanVideo_ImageToVideo: ['prompt'],
  TextEncodeQwenImage21: ['prompt', 'negative_prompt'],
  TextEncodeQwenImageEdit: ['prompt'],
  TextEncodeQwenImageEditPlus: ['prompt'],
  TextEncodeZImageOmni: ['prompt'],
};

export const takesText = (classType: string, input: string): boolean =>
  Object.hasOwn(textInputs, classType) && textInputs[classType]?.includes(input) === true;
