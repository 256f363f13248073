import type { Json, JsonObject } from '../json.ts';

/** What `/object_info` says of one node class (the fields that are read here; all others pass through). */
export interface NodeClassInfo {
  input: { required?: InputSpecs; optional?: InputSpecs; hidden?: JsonObject };
  output: string[];
  output_node: boolean;
  [field: string]: unknown;
}
export type InputSpecs = { [name: string]: Json[] };
