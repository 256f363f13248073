import type { SocketHub } from '../hub.ts';
import type { ProgressImage } from '../nodes/node.ts';

type NodeState = 'running' | 'finished';
interface NodeProgress {
  value: number;
  max: number;
  state: NodeState;
}

/** Binary event types on the wire. */
const previewImage = 1;
const previewImageWithMetadata = 4;
const formatCodes = { jpeg: 1, png: 2 } as const;

/** Tells a prompt's client how far each node is: the new form, the old form and previews, in ComfyUI's order. */
export interface ProgressReporter {
  start(nodeId: string): void;
  update(nodeId: string, value: number, max: number, image?: ProgressImage): void;
  finish(nodeId: string): void;
}

/**
 * `to` is the prompt's client_id. Without one these messages go to every socket: that is ComfyUI's leak, and
 * clients must cope with it.
 */
export function createProgressReporter(
  hub: Pick<SocketHub, 'send' | 'sendBinary' | 'hasReceiver' | 'supportsPreviewMetadata'>,
  promptId: string,
  to: unknown,
): ProgressReporter {
  const nodes = new Map<string, NodeProgress>();

  const sendState = (): void => {
    if (!hub.hasReceiver(to)) return;
    const states: { [nodeId: string]: object } = {};
    for (const [nodeId, { value, max, state }] of nodes) {
      states[nodeId] = {
        value,
        max,
        state,
        node_id: nodeId,
        prompt_id: promptId,
        display_node_id: nodeId,
        parent_node_id: null,
        real_node_id: nodeId,
      };
    }
    hub.send('progress_state', { prompt_id: promptId, nodes: states }, to);
  };

  return {
    start(nodeId) {
      nodes.set(nodeId, { value: 0, max: 1, state: 'running' });
      sendState();
    },
    update(nodeId, value, max, image) {
      nodes.set(nodeId, { value, max, state: 'running' });
      sendState();
      const withMetadata = hub.supportsPreviewMetadata(to);
      if (image && withMetadata) hub.sendBinary(metadataFrame(promptId, nodeId, image), to);
      hub.send('progress', { value, max, prompt_id: promptId, node: nodeId }, to);
      if (image && !withMetadata) hub.sendBinary(plainFrame(image), to);
    },
    finish(nodeId) {
      const node = nodes.get(nodeId) ?? { value: 1, max: 1 };
      nodes.set(nodeId, { value: node.max, max: node.max, state: 'finished' });
      sendState();
    },
  };
}

function plainFrame(image: ProgressImage): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(previewImage, 0);
  head.writeUInt32BE(formatCodes[image.format], 4);
  return Buffer.concat([head, image.bytes]);
}

function metadataFrame(promptId: string, nodeId: string, image: ProgressImage): Buffer {
  const metadata = Buffer.from(
    JSON.stringify({
      node_id: nodeId,
      prompt_id: promptId,
      display_node_id: nodeId,
      parent_node_id: null,
      real_node_id: nodeId,
      image_type: `image/${image.format}`,
    }),
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(previewImageWithMetadata, 0);
  head.writeUInt32BE(metadata.length, 4);
  return Buffer.concat([head, metadata, image.bytes]);
}
