import type { JsonObject } from '../json.ts';
import { isJsonObject, type Json } from '../json.ts';
import {
  type Conversion,
  pythonBool,
  pythonFloat,
  pythonFloatOf,
  pythonInt,
  pythonRepr,
  pythonStr,
} from './pythonText.ts';

/** Above this many choices ComfyUI does not echo the list. */
const echoedChoices = 20;

/** Classes with a VALIDATE_INPUTS of their own: the generic list and range checks skip these inputs. */
const ownChecks: Readonly<Record<string, readonly string[]>> = {
  LoadImage: ['image'],
  LoadImageMask: ['image'],
  LoadImageOutput: ['image'],
  LoadVideo: ['file'],
  LoadAudio: ['audio'],
};

function hasOwnCheck(classType: string, input: string): boolean {
  return ownChecks[classType]?.includes(input) ?? false;
}

/** Coerces one literal as Python would and checks it against its specification `[type, options]`. */
export function validateValue(
  classType: string,
  input: string,
  given: Json,
  config: Json[],
): { value: Json } | { fault: NodeFault } {
  const [type, options] = config;
  // A literal list or object is passed by wrapping it in __value__.
  const raw = isJsonObject(given) && given.__value__ !== undefined ? given.__value__ : given;
  const converted = convert(type as Json, raw);
  if ('error' in converted) {
    return {
      fault: {
        type: 'invalid_input_type',
        message: `Failed to convert an input value to a ${String(type)} value`,
        details: `${input}, ${pythonStr(raw)}, ${converted.error}`,
        extra_info: {
          input_name: input,
          input_config: config,
          received_value: raw,
          exception_message: converted.error,
        },
      },
    };
  }
  if (hasOwnCheck(classType, input)) return converted;
  const rangeFault = checkRange(input, converted.value, config);
  if (rangeFault) return { fault: rangeFault };
  const choices = Array.isArray(type)
    ? type
    : type === 'COMBO' && isJsonObject(options)
      ? options.options
      : null;
  if (!Array.isArray(choices) || choices.includes(converted.value)) return converted;
  const isLong = choices.length > echoedChoices;
  const list = isLong ? `(list of length ${choices.length})` : pythonRepr(choices);
  return {
    fault: {
      type: 'value_not_in_list',
      message: 'Value not in list',
      details: `${input}: '${pythonStr(converted.value)}' not in ${list}`,
      extra_info: {
        input_name: input,
        input_config: isLong ? null : config,
        received_value: converted.value,
      },
    },
  };
}

function convert(type: Json, value: Json): Conversion {
  if (type === 'INT') return pythonInt(value);
  if (type === 'FLOAT') return pythonFloatOf(value);
  if (type === 'STRING') return { value: pythonStr(value) };
  if (type === 'BOOLEAN') return { value: pythonBool(value) };
  return { value };
}

function checkRange(input: string, value: Json, config: Json[]): NodeFault | null {
  const [type, options] = config;
  if (!isJsonObject(options) || (typeof value !== 'number' && typeof value !== 'bigint')) return null;
  const { min, max } = options;
  const isFloat = type === 'FLOAT';
  const show = (number: Json): string =>
    isFloat && typeof number === 'number' ? pythonFloat(number) : String(number);
  const extra_info = { input_name: input, input_config: config, received_value: value };
  if ((typeof min === 'number' || typeof min === 'bigint') && value < min) {
    const message = `Value ${show(value)} smaller than min of ${show(min)}`;
    return { type: 'value_smaller_than_min', message, details: input, extra_info };
  }
  if ((typeof max === 'number' || typeof max === 'bigint') && value > max) {
    const message = `Value ${show(value)} bigger than max of ${show(max)}`;
    return { type: 'value_bigger_than_max', message, details: input, extra_info };
  }
  return null;
}

/** One fault of a node, as `node_errors` shows it. */
export interface NodeFault {
  type: string;
  message: string;
  details: string;
  extra_info: JsonObject;
}
