import { parseJson } from '@star-graph/workflows/shared/boundedJson';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { describeFeatures } from '../features.ts';
import type { GraphDeps } from '../graphDeps.ts';
import { type ComfyMessage, type ComfyPreview, olderPreviewFrame, previewFrame } from './frames.ts';
import { createRunTeller } from './runTeller.ts';

/** A client that reads nothing keeps this much waiting, then it is cut off: it may connect again. */
const mostWaitingBytes = 8_000_000;
/** Previews are worth nothing later. */
const mostWaitingForPreview = 500_000;

const flagsSchema = z.object({
  type: z.literal('feature_flags'),
  data: z.looseObject({ supports_preview_metadata: z.boolean().optional() }),
});

interface SocketSession {
  /** Tells the state, then everything that happens to the person's graphs. */
  open(): Promise<void>;
  /** A text frame of the client. Only its first one may say what it can take. */
  hear(text: string): void;
  close(): void;
}

/** One client of a person: ComfyUI's messages of the graphs that were sent under its id, and the length of the queue. */
export function createSocketSession(
  deps: GraphDeps,
  socket: WebSocket,
  client: { userId: string; clientId: string },
): SocketSession {
  let takesNodes = false;
  let hasHeard = false;
  let stopListening = () => {};
  let work = Promise.resolve();
  const send = (...messages: ComfyMessage[]): void => {
    if (socket.bufferedAmount > mostWaitingBytes) socket.terminate();
    for (const message of messages) socket.send(JSON.stringify(message));
  };
  const frameOf = (picture: ComfyPreview) =>
    takesNodes ? previewFrame(picture) : olderPreviewFrame(picture);
  const teller = createRunTeller(deps, {
    ...client,
    send,
    show(preview) {
      if (socket.bufferedAmount <= mostWaitingForPreview) socket.send(frameOf(preview));
    },
    // A larger one than may wait is no fault of its reader. With a connection that is gone, so is who would be told.
    hand: (picture) => new Promise((resolve) => socket.send(frameOf(picture), () => resolve())),
  });
  /** One after the other: each looks up what became of the graph. */
  const then = (act: () => Promise<void>): Promise<void> => {
    work = work.then(act).catch((err: unknown) => {
      deps.log.warn({ err }, 'a client of graphs could not be told');
      // It connects again, and asks for the history.
      socket.close(1011, 'Connect again.');
    });
    return work;
  };
  return {
    async open() {
      const greeted = then(() => teller.greet());
      stopListening = await deps.runs.listen(client.userId, (event) => void then(() => teller.take(event)));
      if (socket.readyState !== socket.OPEN) stopListening();
      await greeted;
    },
    hear(text) {
      if (hasHeard) return;
      hasHeard = true;
      const flags = flagsSchema.safeParse(parseFrame(text)).data;
      if (!flags) return;
      takesNodes = flags.data.supports_preview_metadata === true;
      void then(async () => send({ type: 'feature_flags', data: describeFeatures(deps) }));
    },
    close: () => stopListening(),
  };
}

/** ComfyUI passes over what it does not understand. */
function parseFrame(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
