import type { Graph } from '../graph/graph.ts';
import { isLink } from '../graph/graphEditor.ts';

/** The inputs that take people's own words: text encoders, and the text nodes that may feed one. */
const textInputs: Readonly<Record<string, readonly string[]>> = {
  AddTextPrefix: ['prefix', 'texts'],
  AddTextSuffix: ['suffix', 'texts'],
  BuildJsonPromptIdeogram: ['aesthetics', 'background', 'high_level_description', 'lighting', 'medium'],
  CaseConverter: ['string'],
  CLIPTextEncode: ['text'],
  CLIPTextEncodeControlnet: ['text'],
  CLIPTextEncodeFlux: ['clip_l', 't5xxl'],
  CLIPTextEncodeHiDream: ['clip_l', 'clip_g', 't5xxl', 'llama'],
  CLIPTextEncodeHunyuanDiT: ['bert', 'mt5xl'],
  CLIPTextEncodeKandinsky5: ['clip_l', 'qwen25_7b'],
  CLIPTextEncodeLumina2: ['user_prompt'],
  CLIPTextEncodePixArtAlpha: ['text'],
  CLIPTextEncodeSD3: ['clip_l', 'clip_g', 't5xxl'],
  CLIPTextEncodeSDXL: ['text_g', 'text_l'],
  CLIPTextEncodeSDXLRefiner: ['text'],
  GLIGENTextBoxApply: ['text'],
  MiniMaxH3ImageToVideo: ['prompt'],
  MiniMaxH3ReferenceToVideo: ['prompt'],
  MiniMaxMusic3TextEncode: ['caption', 'lyrics'],
  PhotoMakerEncode: ['text'],
  PrimitiveString: ['value'],
  PrimitiveStringMultiline: ['value'],
  ReplaceText: ['find', 'replace', 'texts'],
  StringCompare: ['string_a', 'string_b'],
  StringConcatenate: ['string_a', 'string_b', 'delimiter'],
  StringContains: ['string', 'substring'],
  StringLength: ['string'],
  StringReplace: ['string', 'find', 'replace'],
  StringSubstring: ['string'],
  StringTrim: ['string'],
  StripWhitespace: ['texts'],
  TextEncodeAceStepAudio: ['tags', 'lyrics'],
  'TextEncodeAceStepAudio1.5': ['tags', 'lyrics'],
  TextEncodeBooguEdit: ['prompt', 'negative_prompt'],
  TextEncodeHunyuanVideo_ImageToVideo: ['prompt'],
  TextEncodeJoyImageEdit: ['prompt'],
  TextEncodeMageFlowEdit: ['prompt', 'negative_prompt'],
  TextEncodeQwenImage21: ['prompt', 'negative_prompt'],
  TextEncodeQwenImageEdit: ['prompt'],
  TextEncodeQwenImageEditPlus: ['prompt'],
  TextEncodeZImageOmni: ['prompt'],
  TextGenerate: ['prompt'],
  TextGenerateLTX2Prompt: ['prompt'],
  TextOverlay: ['text'],
  TextToLowercase: ['texts'],
  TextToUppercase: ['texts'],
  TruncateText: ['texts'],
};

export const takesText = (classType: string, input: string): boolean =>
  Object.hasOwn(textInputs, classType) && textInputs[classType]?.includes(input) === true;

/** Inputs whose text a server runs: a person's words never come there, by whatever way. */
const programs: Readonly<Record<string, string>> = {
  ComfyMathExpression: 'expression',
  GLSLShader: 'fragment_shader',
  RegexExtract: 'regex_pattern',
  RegexMatch: 'regex_pattern',
  RegexReplace: 'regex_pattern',
  StringFormat: 'f_string',
};

const isProgram = (classType: string, input: string): boolean =>
  Object.hasOwn(programs, classType) && programs[classType] === input;

/** Whether what is written into a node comes to where a server runs it, over any chain of nodes. */
export function reachesProgram(graph: Graph, id: string): boolean {
  const seen = new Set([id]);
  for (const source of seen) {
    for (const [user, { class_type: classType, inputs }] of Object.entries(graph)) {
      for (const [input, value] of Object.entries(inputs)) {
        if (!isLink(value) || value[0] !== source) continue;
        if (isProgram(classType, input)) return true;
        seen.add(user);
      }
    }
  }
  return false;
}
