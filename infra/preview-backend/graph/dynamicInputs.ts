import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { InputSpecs } from './nodeClassInfo.ts';

/** The inputs that a node has for what it was given. */
interface FinalInputs {
  required: InputSpecs;
  optional: InputSpecs;
  /** Whether any of them grew out of another: ComfyUI then names a missing one by its last part. */
  hasGrown: boolean;
}

interface Growth extends FinalInputs {
  given: Readonly<JsonObject>;
}

type Section = 'required' | 'optional';
type ClassInputs = { [section: string]: InputSpecs | JsonObject | undefined };

/**
 * Mirrors `get_finalized_class_inputs` of ComfyUI's comfy_api/latest/_io.py. A list that grows (`images`) becomes
 * `images.image_1` and so on; a choice with inputs of its own (`resize_type`) brings those of the chosen option under
 * `resize_type.width`. A choice that is missing or unknown brings nothing and is not missed either.
 */
export function finalizeInputs(declared: ClassInputs, given: Readonly<JsonObject>): FinalInputs {
  const growth: Growth = { required: {}, optional: {}, hasGrown: false, given };
  expandAll(growth, declared, '');
  const { required, optional, hasGrown } = growth;
  return { required, optional, hasGrown };
}

function expandAll(growth: Growth, declared: ClassInputs, prefix: string): void {
  for (const section of ['required', 'optional'] as const) {
    for (const [name, spec] of Object.entries(declared[section] ?? {})) {
      if (Array.isArray(spec)) expand(growth, section, `${prefix}${name}`, spec, prefix !== '');
    }
  }
}

function expand(growth: Growth, section: Section, path: string, spec: Json[], isNested: boolean): void {
  const options = isJsonObject(spec[1]) ? spec[1] : {};
  if (spec[0] === 'COMFY_AUTOGROW_V3') growList(growth, path, options);
  else if (spec[0] === 'COMFY_DYNAMICCOMBO_V3') growChoice(growth, section, path, spec, options);
  else {
    growth[section][path] = spec;
    growth.hasGrown ||= isNested;
  }
}

function growList(growth: Growth, path: string, { template }: JsonObject): void {
  growth.hasGrown = true;
  if (!isJsonObject(template) || !isJsonObject(template.input)) return;
  const [kind, inputs] = Object.entries(template.input).find(
    ([, specs]) => isJsonObject(specs) && Object.keys(specs).length > 0,
  ) ?? ['optional', {}];
  const spec = Object.values(inputs as JsonObject)[0] as Json[];
  const least = kind === 'required' ? Number(template.min ?? 0) : 0;
  for (const [index, name] of listNames(template).entries()) {
    const grown = `${path}.${name}`;
    if (index < least) growth.required[grown] = spec;
    else growth.optional[grown] = spec;
  }
}

function listNames(template: JsonObject): string[] {
  if (Array.isArray(template.names)) return template.names.map(String);
  return Array.from(
    { length: Number(template.max ?? 0) },
    (_, index) => `${String(template.prefix)}${index}`,
  );
}

function growChoice(
  growth: Growth,
  section: Section,
  path: string,
  spec: Json[],
  { options }: JsonObject,
): void {
  const chosen = (Array.isArray(options) ? options : []).find(
    (option) => isJsonObject(option) && option.key === growth.given[path],
  );
  if (!isJsonObject(chosen)) return;
  growth.hasGrown = true;
  expandAll(growth, chosen.inputs as ClassInputs, `${path}.`);
  growth[section][path] = spec;
}
