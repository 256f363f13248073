import { z } from 'zod';
import { nodeOutputSchema, parseNodeOutput } from '../answers/history.ts';
import type { OutputFile } from '../comfy.ts';

/**
 * The socket's messages, reduced to what a client may rely on. `execution_success`, `execution_error` and
 * `execution_interrupted` become one `ended` message: the history may not have the execution yet when they arrive, so
 * only the percentage follows from them. Only `executing` with a null node means that it is over.
 */
export type ServerMessage =
  | { type: 'features'; hasPreviewMetadata: boolean }
  | { type: 'start'; promptId: string }
  | { type: 'cached'; promptId: string; nodeIds: string[] }
  | { type: 'executing'; promptId: string | undefined; nodeId: string | null }
  | { type: 'executed'; promptId: string; nodeId: string; files: OutputFile[] }
  | { type: 'progress'; promptId: string; nodes: NodeProgress[] }
  | { type: 'ended'; promptId: string; isSuccess: boolean };

export interface NodeProgress {
  nodeId: string;
  value: number;
  max: number;
  isFinished: boolean;
}

export interface PreviewFrame {
  promptId: string;
  nodeId: string;
  mime: string;
  bytes: Uint8Array;
}

const promptId = z.string().min(1);
/** Hand-written graphs have numbers as node ids, and some custom nodes send them on. */
const nodeId = z.union([z.string(), z.number()]).transform(String);
const progressValues = { value: z.number(), max: z.number() };

const dataSchemas = {
  feature_flags: z.object({ supports_preview_metadata: z.boolean().optional() }).transform(
    (data): ServerMessage => ({
      type: 'features',
      hasPreviewMetadata: data.supports_preview_metadata ?? false,
    }),
  ),
  execution_start: z
    .object({ prompt_id: promptId })
    .transform((data): ServerMessage => ({ type: 'start', promptId: data.prompt_id })),
  execution_cached: z
    .object({ prompt_id: promptId, nodes: z.array(nodeId) })
    .transform((data): ServerMessage => ({ type: 'cached', promptId: data.prompt_id, nodeIds: data.nodes })),
  // After a reconnect the server sends the current node without its prompt.
  executing: z.object({ prompt_id: promptId.nullish(), node: nodeId.nullable() }).transform(
    (data): ServerMessage => ({
      type: 'executing',
      promptId: data.prompt_id ?? undefined,
      nodeId: data.node,
    }),
  ),
  executed: z
    .object({ prompt_id: promptId, node: nodeId, output: nodeOutputSchema.catch(undefined) })
    .transform(
      (data): ServerMessage => ({
        type: 'executed',
        promptId: data.prompt_id,
        nodeId: data.node,
        files: parseNodeOutput(data.node, data.output),
      }),
    ),
  progress: z.object({ prompt_id: promptId, node: nodeId, ...progressValues }).transform(
    (data): ServerMessage => ({
      type: 'progress',
      promptId: data.prompt_id,
      nodes: [{ nodeId: data.node, value: data.value, max: data.max, isFinished: false }],
    }),
  ),
  progress_state: z
    .object({
      prompt_id: promptId,
      nodes: z.record(z.string(), z.object({ ...progressValues, state: z.string() })),
    })
    .transform(
      (data): ServerMessage => ({
        type: 'progress',
        promptId: data.prompt_id,
        nodes: Object.entries(data.nodes).map(([id, node]) => ({
          nodeId: id,
          value: node.value,
          max: node.max,
          isFinished: node.state === 'finished',
        })),
      }),
    ),
  execution_success: ended(true),
  execution_error: ended(false),
  execution_interrupted: ended(false),
} as const;

function ended(isSuccess: boolean) {
  return z
    .object({ prompt_id: promptId })
    .transform((data): ServerMessage => ({ type: 'ended', promptId: data.prompt_id, isSuccess }));
}

const envelopeSchema = z.object({ type: z.string(), data: z.unknown() });

/** Undefined for anything that is not one of our messages: garbage, `status`, and what custom nodes send. */
export function parseTextFrame(text: string): ServerMessage | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success || !Object.hasOwn(dataSchemas, envelope.data.type)) return undefined;
  const schema = dataSchemas[envelope.data.type as keyof typeof dataSchemas];
  return schema.safeParse(envelope.data.data).data;
}

const previewWithMetadata = 4;
const maxMetadataBytes = 16_384;
const metadataSchema = z.object({
  prompt_id: promptId,
  node_id: nodeId,
  image_type: z.string().regex(/^image\/[\w.+-]+$/),
});

/**
 * Reads a preview with metadata (u32 4, u32 n, n bytes of JSON, image). Frames of type 1 are always dropped: they
 * carry no promptId, and a client that negotiated metadata gets only other people's.
 */
export function parseBinaryFrame(frame: Uint8Array): PreviewFrame | undefined {
  if (frame.byteLength < 8) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0) !== previewWithMetadata) return undefined;
  const metadataBytes = view.getUint32(4);
  if (metadataBytes > maxMetadataBytes || 8 + metadataBytes >= frame.byteLength) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(frame.subarray(8, 8 + metadataBytes)));
  } catch {
    return undefined;
  }
  const metadata = metadataSchema.safeParse(json).data;
  if (!metadata) return undefined;
  return {
    promptId: metadata.prompt_id,
    nodeId: metadata.node_id,
    mime: metadata.image_type,
    bytes: frame.subarray(8 + metadataBytes),
  };
}
