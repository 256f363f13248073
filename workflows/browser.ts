/** What a browser bundle gets as `@star-graph/workflows`: types, schemas and lanes, but no graph and no file system. */

export type { Graph, GraphLink, GraphNode } from './graph/graph.ts';
export * from './params/builtinParams.ts';
export * from './workflow.ts';
