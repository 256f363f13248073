/** A text frame of ComfyUI. */
export interface ComfyMessage {
  type: string;
  data: Record<string, unknown>;
}

/** A picture on its way, with the node that makes it. */
export interface ComfyPreview {
  mime: string;
  bytes: Buffer;
  nodeId: string;
  promptId: string;
}

const previewWithoutNode = 1;
const previewWithNode = 4;
const formats: Readonly<Record<string, number>> = { 'image/jpeg': 1, 'image/png': 2 };

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** The older frame tells no node. */
export const olderPreviewFrame = ({ mime, bytes }: ComfyPreview): Buffer =>
  Buffer.concat([word(previewWithoutNode), word(formats[mime] ?? 1), bytes]);

/** For clients that said `supports_preview_metadata`. */
export function previewFrame({ mime, bytes, nodeId, promptId }: ComfyPreview): Buffer {
  const facts = {
    node_id: nodeId,
    display_node_id: nodeId,
    parent_node_id: nodeId,
    real_node_id: nodeId,
    prompt_id: promptId,
    image_type: mime,
  };
  const json = Buffer.from(JSON.stringify(facts));
  return Buffer.concat([word(previewWithNode), word(json.length), json, bytes]);
}
