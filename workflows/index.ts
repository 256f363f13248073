export type { Graph, GraphLink, GraphNode } from './graph.ts';
export * from './workflow.ts';
