import { classTable } from './classTable.ts';
import type { NodeDefinition } from './node.ts';

/** The table as the server looks it up. */
export const nodeRegistry: ReadonlyMap<string, NodeDefinition> = new Map(Object.entries(classTable));
