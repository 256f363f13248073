import { isTuning } from '@star-graph/contract/catalogue/engineForms';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { isFileKind } from '@star-graph/workflows/shared/mediaKinds';
import type { Language } from '../texts/language.ts';
import type { Choice, FieldControl, FormField, NumberLimits, SideLimits } from './formField.ts';
import { nameOfValue } from './valueNames.ts';

/** The controls for the parameters of a schema: what people look for first stands first. */
export function listFields(schema: ParamSchema, language: Language): FormField[] {
  const { properties = {}, required = [] } = schema;
  const names = Object.keys(properties);
  const { width, height } = properties;
  const hasSize = isWholeNumber(width) && isWholeNumber(height);
  const hasSides = sideNames.every((name) => isWholeNumber(properties[name]));
  const fields = names.flatMap((name) => {
    const property = properties[name];
    if (!property || (hasSize && name === 'height')) return [];
    if (hasSides && name !== 'left' && sideNames.includes(name)) return [];
    const isRequired = required.includes(name);
    if (hasSize && name === 'width') {
      const size = { kind: 'size', width: describeSide(width), height: describeSide(height) } as const;
      return [{ ...describeTexts('size', {}, isRequired, language), ...size, params: ['width', 'height'] }];
    }
    if (hasSides && name === 'left') return [describeSides(properties, language)];
    const control = describeControl(name, property, names, language);
    return control ? [{ ...describeTexts(name, property, isRequired, language), ...control }] : [];
  });
  return fields.sort((a, b) => compareParams(a.name, b.name));
}

const sideNames: readonly string[] = ['left', 'top', 'right', 'bottom'];

function describeSides(properties: Record<string, ParamSchema>, language: Language): FormField {
  const sides = sideNames.flatMap((name) => {
    const schema = properties[name] ?? {};
    const control = describeNumber(schema);
    return control.kind === 'number' ? [{ ...describeTexts(name, schema, false, language), ...control }] : [];
  });
  return { ...describeTexts('sides', {}, false, language), params: sideNames, kind: 'sides', sides };
}

const isWholeNumber = (schema: ParamSchema | undefined): schema is ParamSchema =>
  schema?.type === 'integer' && schema.enum === undefined;

const describeTexts = (name: string, schema: ParamSchema, isRequired: boolean, language: Language) => ({
  name,
  params: [name],
  title: schema['x-title']?.[language] ?? schema.title ?? name,
  description: schema['x-description']?.[language] ?? schema.description,
  isRequired,
  isEssential: isEssentialParam(name, isRequired),
});

function describeControl(
  name: string,
  schema: ParamSchema,
  names: readonly string[],
  language: Language,
): FieldControl | undefined {
  const asset = schema['x-asset'];
  if (name === 'mask' && asset === 'image' && names.includes('image')) return { kind: 'mask', of: 'image' };
  if (asset !== undefined) return { kind: 'asset', media: isFileKind(asset) ? asset : 'image' };
  const options = listOptions(schema, language);
  if (options.length > 0) return describeChoice(name, schema, options);
  switch (schema.type) {
    case 'string':
      return describeText(name, schema);
    case 'boolean':
      return { kind: 'switch', default: schema.default === true };
    case 'integer':
    case 'number':
      return describeNumber(schema);
    case 'array':
      return describeRows(schema, language);
    default:
      return undefined;
  }
}

function listOptions(schema: ParamSchema, language: Language): Choice[] {
  const constants = schema.anyOf?.flatMap(({ const: value }) => (value === undefined ? [] : [value]));
  const values = (schema.enum ?? constants ?? []) as (string | number)[];
  const names = schema['x-names'] ?? {};
  return values.map((value) => {
    const words = sayInWords(schema['x-options'], String(value), language);
    if (words !== undefined) return { value, label: words, description: String(value) };
    return { value, label: names[value]?.[language] ?? nameOfValue(value, language) };
  });
}

const describeChoice = (name: string, schema: ParamSchema, options: readonly Choice[]): FieldControl => ({
  kind: 'choice',
  options,
  isOpen: false,
  isModel: name === 'model',
  default: options.find(({ value }) => value === schema.default)?.value,
});

function describeText(name: string, schema: ParamSchema): FieldControl {
  const usual = typeof schema.default === 'string' ? schema.default : undefined;
  if (schema['x-options'] !== undefined)
    return {
      kind: 'choice',
      options: usual === undefined ? [] : [{ value: usual, label: usual }],
      isOpen: true,
      isModel: name === 'model',
      default: usual,
    };
  return {
    kind: 'text',
    isMultiline: schema['x-multiline'] === true,
    minLength: typeof schema.minLength === 'number' ? schema.minLength : 0,
    maxLength: schema.maxLength,
    default: usual,
  };
}

function describeNumber(schema: ParamSchema): FieldControl {
  const limits = describeLimits(schema);
  if (schema['x-seed']) return { kind: 'seed', ...limits };
  const usual = typeof schema.default === 'number' ? schema.default : undefined;
  return { kind: 'number', isWhole: schema.type === 'integer', default: usual, ...limits };
}

const describeLimits = (schema: ParamSchema): NumberLimits => ({
  minimum: schema.minimum,
  maximum: schema.maximum,
  step: schema['x-grid']?.step ?? schema.multipleOf ?? (schema.type === 'integer' ? 1 : 'any'),
});

const describeSide = (schema: ParamSchema): SideLimits => ({
  ...describeLimits(schema),
  default: typeof schema.default === 'number' ? schema.default : undefined,
});

function describeRows(schema: ParamSchema, language: Language): FieldControl | undefined {
  if (schema.items?.properties === undefined) return undefined;
  const most = typeof schema.maxItems === 'number' ? schema.maxItems : 20;
  return { kind: 'rows', fields: listFields(schema.items, language), most };
}

/** Shown at once although a request can do without them. */
const essential: ReadonlySet<string> = new Set([
  ...['prompt', 'image', 'mask', 'video', 'audio', 'lastImage', 'control', 'model', 'size', 'count'],
  ...['denoise', 'scale', 'times', 'strength', 'frames', 'resolution', 'fast', 'quality'],
  'sides',
]);

/** Further pictures of a list stand with the first. */
const furtherPicture = /^image\d+$/;

const isEssentialParam = (name: string, isRequired: boolean): boolean =>
  !isTuning(name) && (isRequired || essential.has(name) || furtherPicture.test(name));

/** What stands first in a form, whatever the schema's order; the rest follows in that. */
const first: readonly RegExp[] = [
  /^(image\d*|video|lastImage|control|mask)$/,
  /^prompt$/,
  /^(size|sides)$/,
  /^model$/,
  /^(scale|times|denoise|strength|resolution|frames)$/,
];

function compareParams(a: string, b: string): number {
  const rank = (name: string) => {
    const found = first.findIndex((names) => names.test(name));
    return found === -1 ? first.length : found;
  };
  // The count ends the essential ones.
  const last = (name: string) => (name === 'count' ? 1 : 0);
  return rank(a) - rank(b) || last(a) - last(b);
}

/** What samplers and schedulers do, by the names under which ComfyUI knows them. */
const words: Readonly<Record<string, Readonly<Record<string, readonly [en: string, zh: string]>>>> = {
  samplers: {
    euler: ['Simple and dependable', '简单可靠'],
    euler_ancestral: ['Soft, another picture at each count of steps', '柔和，随步数变化'],
    euler_cfg_pp: ['Simple, at low guidance', '简单，适合低引导'],
    heun: ['Exact, twice as slow', '精确，耗时翻倍'],
    dpm_2: ['Exact details, twice as slow', '细节精确，耗时翻倍'],
    dpm_2_ancestral: ['Lively details, twice as slow', '细节生动，耗时翻倍'],
    lms: ['Classic, smooth', '经典，平滑'],
    dpm_fast: ['Very quick, rough', '极快，粗略'],
    dpm_adaptive: ['Chooses its own steps', '自行决定步数'],
    dpmpp_2s_ancestral: ['Lively, twice as slow', '生动，耗时翻倍'],
    dpmpp_sde: ['Rich details, twice as slow', '细节丰富，耗时翻倍'],
    dpmpp_2m: ['Sharp in few steps', '少步数即清晰'],
    dpmpp_2m_sde: ['Rich details', '细节丰富'],
    dpmpp_3m_sde: ['Rich details in many steps', '多步数时细节丰富'],
    ddpm: ['Original, needs many steps', '原始方法，需要较多步数'],
    lcm: ['For LCM models, very few steps', '用于 LCM 模型，步数极少'],
    ddim: ['Classic, the same at any count of steps', '经典，画面不随步数变化'],
    uni_pc: ['Clear in very few steps', '极少步数即清晰'],
    uni_pc_bh2: ['Clear in very few steps, gentler', '极少步数即清晰，更柔和'],
    res_multistep: ['Clear, for newer models', '清晰，适合较新的模型'],
    deis: ['Smooth in few steps', '少步数即平滑'],
    ipndm: ['Smooth and quick', '平滑快速'],
    gradient_estimation: ['Steady in few steps', '少步数即稳定'],
    er_sde: ['Natural details', '细节自然'],
  },
  schedulers: {
    simple: ['Even steps, for newer models', '均匀，适合较新的模型'],
    normal: ['Even steps', '均匀'],
    karras: ['More steps on details', '侧重细节'],
    exponential: ['Smooth, more steps on details', '平滑，侧重细节'],
    sgm_uniform: ['For turbo models', '适合 Turbo 模型'],
    ddim_uniform: ['Even steps, for DDIM', '均匀，适合 DDIM'],
    beta: ['More steps on shapes and details', '兼顾构图与细节'],
    linear_quadratic: ['Slow at first, for films', '先慢后快，适合视频'],
    kl_optimal: ['For very few steps', '适合极少的步数'],
  },
};

/** Undefined: nobody has put it into words, and its name is all there is. */
function sayInWords(list: string | undefined, name: string, language: Language): string | undefined {
  const said = words[list ?? ''];
  if (!said || !Object.hasOwn(said, name)) return undefined;
  return said[name]?.[language === 'en' ? 0 : 1];
}
