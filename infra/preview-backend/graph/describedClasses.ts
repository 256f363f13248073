import { readFileSync } from 'node:fs';
import type { ProtocolFlavour } from '../config.ts';
import { isJsonObject, type Json, parseJson } from '../json.ts';
import type { InputSpecs, NodeClassInfo } from './nodeClassInfo.ts';

type Classes = { [classType: string]: NodeClassInfo };

const readClasses = (name: string): Classes =>
  parseJson(readFileSync(new URL(name, import.meta.url), 'utf8')) as unknown as Classes;

/**
 * What `/object_info` says of each class: `object_info.json` was recorded from ComfyUI 0.3.64, `newer_object_info.json`
 * from 0.33.0 without its texts, with classes that are younger still and were written down from their definitions.
 */
export function describeClasses(protocol: ProtocolFlavour): Classes {
  const older = readClasses('object_info.json');
  if (protocol === '0.3.64') return older;
  const described: Classes = { ...older };
  for (const [classType, info] of Object.entries(readClasses('newer_object_info.json'))) {
    described[classType] = withTexts(classType, info, older[classType]);
  }
  return described;
}

/** The newer description with the texts of the older one, as the newer server has them too. */
function withTexts(classType: string, newer: NodeClassInfo, older: NodeClassInfo | undefined): NodeClassInfo {
  if (!older) {
    const output_is_list = newer.output.map(() => false);
    return { ...newer, output_is_list, name: classType, display_name: classType, description: '' };
  }
  const { required, optional } = newer.input;
  return {
    ...older,
    ...newer,
    input: {
      ...older.input,
      ...(required && { required: withTooltips(required, older) }),
      ...(optional && { optional: withTooltips(optional, older) }),
    },
  };
}

function withTooltips(specs: InputSpecs, { input }: NodeClassInfo): InputSpecs {
  const known = { ...input.required, ...input.optional };
  return Object.fromEntries(
    Object.entries(specs).map(([name, [type, options]]): [string, Json[]] => {
      const [olderType, older] = known[name] ?? [];
      const isAlike = olderType === type || (Array.isArray(olderType) && Array.isArray(type));
      if (!isJsonObject(older) || !isAlike) return [name, specs[name] ?? []];
      return [name, [type as Json, { ...older, ...(isJsonObject(options) && options) }]];
    }),
  );
}
