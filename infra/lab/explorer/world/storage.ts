import { Readable } from 'node:stream';
import type { Storage } from '@star-graph/core/ground/storage/storage';
import type { Actor, World } from './world.ts';

/** In memory, shared by the actors of a story. Writing is a step; reading is not. */
export function createStorage(world: World, objects: Map<string, Buffer>, actor: Actor): Storage {
  return {
    async put(key, body, { proof }) {
      const chunks: Buffer[] = [];
      if (Buffer.isBuffer(body)) chunks.push(body);
      else if (body instanceof Readable) for await (const chunk of body) chunks.push(chunk as Buffer);
      else throw new Error('no file is written in a story');
      await new Promise<void>((resolve) => {
        const act = () => {
          world.stir();
          resolve();
          return undefined;
        };
        const moment = 'file is stored';
        world.park({
          actor,
          lane: `${actor.name} storage`,
          text: 'writes a file into the storage',
          moment,
          act,
        });
      });
      await proof;
      objects.set(key, Buffer.concat(chunks));
    },
    async open(key) {
      const bytes = objects.get(key);
      if (!bytes) return undefined;
      const stream = Readable.from([bytes]);
      const length = bytes.length;
      return {
        stream,
        bytes: length,
        totalBytes: length,
        mime: 'image/png',
        [Symbol.dispose]: () => void stream.destroy(),
      };
    },
    async stat(key) {
      const bytes = objects.get(key)?.length;
      return bytes === undefined ? undefined : { bytes, mime: 'image/png', modifiedAt: actor.clock.now() };
    },
    async remove(key) {
      objects.delete(key);
    },
    async *list(prefix) {
      for (const [key, { length: bytes }] of objects)
        if (key.startsWith(prefix)) yield { key, bytes, modifiedAt: actor.clock.now() };
    },
    signedUrl: async (key) => `http://story/${key}`,
  };
}
