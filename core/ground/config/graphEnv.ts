import { z } from 'zod';
import { list, port, whole } from './values.ts';

/** The door for clients of ComfyUI, whose graphs are people's own. */
export const graphEnv = {
  GRAPH_PORT: port
    .optional()
    .describe('Port of its own for programs that speak the protocol of ComfyUI; unset: none'),
  GRAPH_DOOR: z
    .enum(['off', 'admin', 'moderator', 'user'])
    .default('off')
    .describe('The least role that may send graphs of its own there; off: nobody'),
  GRAPH_CREDITS_PER_SECOND: whole(1, 1, 10_000).describe('Credits for a second that such a graph runs'),
  GRAPH_SECONDS: whole(60, 1, 3_600).describe(
    'Longest time that such a graph may run; its price is held before, and paid where it uses the time up',
  ),
  GRAPH_NODE_CLASSES: list.describe(
    "Node classes that such graphs may use beside ComfyUI's own that only compute, comma-separated",
  ),
};
