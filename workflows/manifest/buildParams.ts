import { z } from 'zod';
import {
  assetField,
  type FieldMeta,
  field,
  integerField,
  inventoryField,
  numberField,
  promptMaxCharacters,
  seedField,
  textSchema,
} from '../params/fields.ts';
import { gridField, isOnGrid } from '../params/grid.ts';
import { type PointedFault, toPointer } from '../shared/pointer.ts';
import type { LocalizedText, WorkflowParams } from '../workflow.ts';
import type { ManifestDocument, ManifestParam } from './manifestSchema.ts';

interface BuiltParams {
  params: z.ZodType<WorkflowParams>;
  faults: PointedFault[];
}

/** A parameter that cannot be built, at one of its keywords or as a whole. */
class ParamFault extends Error {
  readonly pointer: string;

  constructor(keyword: string | undefined, message: string) {
    super(message);
    this.pointer = keyword === undefined ? '' : toPointer(keyword);
  }
}

const inBoth = (text: string): LocalizedText => ({ en: text, 'zh-CN': text });

/** The zod schema of the manifest's params; pointers start at the manifest. */
export function buildParams({
  properties,
  required,
  'x-pixels': pixels,
}: ManifestDocument['params']): BuiltParams {
  const faults: PointedFault[] = [];
  const shape: [string, z.ZodType][] = [];
  for (const [index, name] of required.entries()) {
    if (Object.hasOwn(properties, name)) continue;
    faults.push({ pointer: toPointer('params', 'required', index), message: 'There is no such parameter.' });
  }
  for (const [name, param] of Object.entries(properties)) {
    try {
      shape.push([name, buildParam(param, required.includes(name))]);
    } catch (error) {
      if (!(error instanceof ParamFault)) throw error;
      faults.push({
        pointer: toPointer('params', 'properties', name) + error.pointer,
        message: error.message,
      });
    }
  }
  const params = z.strictObject(Object.fromEntries(shape));
  return { params: pixels === undefined ? params : params.meta({ 'x-pixels': pixels }), faults };
}

function buildParam(param: ManifestParam, isRequired: boolean): z.ZodType {
  const value = buildValue(param, isRequired);
  const text = {
    title: param['x-title'] ?? inBoth(param.title),
    ...(param.description !== undefined && {
      description: param['x-description'] ?? inBoth(param.description),
    }),
  };
  if (param.default === undefined) return field(isRequired ? value : value.optional(), text, keywords(param));
  if (isRequired) throw new ParamFault('default', 'A required parameter has no default.');
  const parsed = value.safeParse(param.default);
  if (!parsed.success) {
    throw new ParamFault('default', parsed.error.issues[0]?.message ?? 'The default is refused.');
  }
  return field(value.default(parsed.data), text, keywords(param));
}

/** What the value's zod schema does not express in JSON Schema. */
function keywords(param: ManifestParam): Partial<FieldMeta> & Record<string, unknown> {
  if (param.type === 'integer') {
    return {
      ...(param['x-seed'] && { 'x-seed': true }),
      ...(param['x-grid'] && { 'x-grid': param['x-grid'] }),
      ...(param['x-usual'] && { 'x-usual': param['x-usual'] }),
      ...(param['x-presets'] && { 'x-presets': param['x-presets'] }),
    };
  }
  if (param.type !== 'string') return {};
  if (param['x-options']) return { 'x-options': param['x-options'] };
  if (param['x-asset']) return { 'x-asset': param['x-asset'] };
  if (param.enum) return {};
  return {
    ...(param['x-multiline'] && { 'x-multiline': true }),
    ...(param.minLength && { minLength: param.minLength }),
    maxLength: param.maxLength ?? promptMaxCharacters,
  };
}

function buildValue(param: ManifestParam, isRequired: boolean): z.ZodType {
  switch (param.type) {
    case 'string':
      return buildString(param, isRequired);
    case 'boolean':
      return z.boolean({ error: 'Give true or false.' });
    default:
      return buildNumber(param, isRequired);
  }
}

function buildString(param: Extract<ManifestParam, { type: 'string' }>, isRequired: boolean): z.ZodType {
  const kinds = [param.enum, param['x-options'], param['x-asset']].filter((kind) => kind !== undefined);
  if (kinds.length > 1)
    throw new ParamFault(undefined, 'Only one of enum, x-options and x-asset may be given.');
  const isText = kinds.length === 0;
  if (!isText && (param.minLength !== undefined || param.maxLength !== undefined)) {
    throw new ParamFault(undefined, 'Lengths are for texts alone.');
  }
  if (param.enum) return z.enum(param.enum, { error: `Choose one of ${param.enum.join(', ')}.` });
  if (param['x-options']) return inventoryField();
  if (param['x-asset']) {
    // Without a file the template's own file name would stay, which no server has.
    if (!isRequired)
      throw new ParamFault(undefined, 'A parameter that is a picture, a video or a sound must be required.');
    return assetField(param['x-asset'], { title: inBoth(param.title) });
  }
  const { minLength = 0, maxLength = promptMaxCharacters } = param;
  if (minLength > maxLength) throw new ParamFault('minLength', 'minLength is above maxLength.');
  return textSchema(minLength, maxLength);
}

function buildNumber(
  param: Extract<ManifestParam, { type: 'integer' | 'number' }>,
  isRequired: boolean,
): z.ZodType {
  const grid = param.type === 'integer' ? param['x-grid'] : undefined;
  if (param.type === 'integer' && param['x-seed']) {
    if (isRequired) throw new ParamFault(undefined, 'A seed is never required: an absent one is drawn.');
    if (param.default !== undefined) throw new ParamFault('default', 'A seed has no default: it is drawn.');
    const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = param;
    if (minimum !== 0 || maximum !== Number.MAX_SAFE_INTEGER || param.multipleOf || grid || param.enum) {
      throw new ParamFault(
        undefined,
        `A seed goes from 0 to ${Number.MAX_SAFE_INTEGER}; leave its limits out.`,
      );
    }
    return seedField.unwrap();
  }
  const { minimum, maximum } = param;
  const multipleOf = param.type === 'integer' ? param.multipleOf : undefined;
  if (param.enum) {
    if (minimum !== undefined || maximum !== undefined || multipleOf !== undefined || grid) {
      throw new ParamFault('enum', 'A choice of numbers has no limits beside it.');
    }
    if (param.type === 'integer' && !param.enum.every(Number.isSafeInteger)) {
      throw new ParamFault('enum', 'Every value of an integer is whole.');
    }
    return z.literal(param.enum, { error: `Choose one of ${param.enum.join(', ')}.` });
  }
  if (minimum === undefined || maximum === undefined) {
    throw new ParamFault(undefined, 'A number has a minimum and a maximum.');
  }
  if (minimum > maximum) throw new ParamFault('minimum', 'The minimum is above the maximum.');
  if (param.type === 'number') return numberField(minimum, maximum);
  if (!Number.isSafeInteger(minimum) || !Number.isSafeInteger(maximum)) {
    throw new ParamFault('minimum', 'The limits of an integer are whole.');
  }
  if (!grid) return integerField(minimum, maximum, multipleOf ?? 1);
  if (multipleOf !== undefined) throw new ParamFault('x-grid', 'Give either multipleOf or x-grid.');
  if (!isOnGrid(minimum, grid) || !isOnGrid(maximum, grid)) {
    throw new ParamFault('x-grid', 'The minimum and the maximum lie on the grid.');
  }
  return gridField(minimum, maximum, grid);
}
