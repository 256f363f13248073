import { z } from 'zod';
import { type InventoryOptions, inventoryOptions } from '../models/loaders.ts';
import type { InventoryParam, LocalizedText, WorkflowParams } from '../workflow.ts';

/** The part of JSON Schema that describes parameters. A server may send another version of it. */
export interface ParamSchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly { const?: unknown }[];
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  maxLength?: number;
  properties?: Record<string, ParamSchema>;
  required?: string[];
  items?: ParamSchema;
  'x-title'?: Partial<LocalizedText>;
  'x-description'?: Partial<LocalizedText>;
  'x-options'?: string;
  /** Of values of `enum`: the names that people read. */
  'x-names'?: Readonly<Record<string, LocalizedText>>;
  'x-asset'?: string;
  'x-multiline'?: boolean;
  'x-seed'?: boolean;
  'x-grid'?: { step: number; offset: number };
  /** Of the steps: how many a quick draft and a fine picture take. */
  'x-presets'?: Partial<Record<'draft' | 'fine', number>>;
  /** Of the steps: how many there are where none are given, by the values of another parameter, the quickest first. */
  'x-usual'?: UsualSteps;
  /** Of the whole: how many pixels a result has, where no parameter says it. */
  'x-pixels'?: number;
  [keyword: string]: unknown;
}

export interface UsualSteps {
  by: string;
  steps: readonly (readonly [value: unknown, steps: number])[];
}

/** What the steps are where a request leaves them out; undefined: the form does not say. */
export function usualSteps(
  { properties = {} }: ParamSchema,
  params: Readonly<Record<string, unknown>>,
): number | undefined {
  const { steps } = properties;
  if (typeof steps?.default === 'number') return steps.default;
  const { by = '', steps: choices = [] } = steps?.['x-usual'] ?? {};
  const chosen = params[by] ?? properties[by]?.default;
  return choices.find(([value]) => value === chosen)?.[1];
}

/** What a schema says about its parameters beside their values. */
export interface ParamsMeta {
  names: readonly string[];
  imageParams: readonly string[];
  videoParams: readonly string[];
  audioParams: readonly string[];
  seedParam: string | undefined;
  inventoryParams: Readonly<Record<string, InventoryParam>>;
}

/** The JSON Schema of what a client sends; defaults make a parameter optional. */
export function describeParams(params: z.ZodType<WorkflowParams>): ParamSchema {
  return z.toJSONSchema(params, { io: 'input' }) as ParamSchema;
}

function isInventoryOptions(name: string): name is InventoryOptions {
  return name in inventoryOptions;
}

function findInventoryParam(schema: ParamSchema): InventoryParam | undefined {
  const direct = schema['x-options'];
  if (direct !== undefined) {
    if (!isInventoryOptions(direct)) throw new Error(`x-options names no inventory list: "${direct}"`);
    return inventoryOptions[direct];
  }
  for (const [property, item] of Object.entries(schema.items?.properties ?? {})) {
    const found = findInventoryParam(item);
    if (found) return { ...found, property };
  }
  return undefined;
}

/** Reads pictures, films, sounds, seed and inventory names from a schema of parameters. */
export function readParamsMeta(schema: ParamSchema): ParamsMeta {
  const properties = Object.entries(schema.properties ?? {});
  const inventory = properties.flatMap(([name, property]) => {
    const found = findInventoryParam(property);
    return found ? [[name, found] as const] : [];
  });
  const naming = (kind: string) =>
    properties.filter(([, { 'x-asset': asset }]) => asset === kind).map(([name]) => name);
  return {
    names: properties.map(([name]) => name),
    imageParams: naming('image'),
    videoParams: naming('video'),
    audioParams: naming('audio'),
    seedParam: properties.find(([, { 'x-seed': seed }]) => seed === true)?.[0],
    inventoryParams: Object.fromEntries(inventory),
  };
}
