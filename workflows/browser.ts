/** What a browser bundle gets as `@star-graph/workflows`: types, schemas and lanes, but no graph and no file system. */
export * from './builtinParams.ts';
export type { Graph, GraphLink, GraphNode } from './graph.ts';
export * from './workflow.ts';
