import { once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { createFixedRing } from '@star-graph/core/ground/encryption/signingRing';
import { signFileUrl } from '@star-graph/core/ground/storage/fileUrl';
import { openedObject } from '@star-graph/core/ground/storage/openedObject';
import type { Storage } from '@star-graph/core/ground/storage/storage';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import Koa, { type Middleware } from 'koa';
import pino from 'pino';
import { expect, test } from 'vitest';
import { serveFiles } from './serveFiles.ts';

const fileKeys = createFixedRing([{ kid: 'a', secret: Buffer.alloc(32) }]);

test('a file opened for a reader who has left is closed', async () => {
  const fileUrls = { keys: fileKeys, clock: createManualClock() };
  const key = 'outputs/a/b.png';
  const opened = Promise.withResolvers<Readable>();
  const handled = Promise.withResolvers<void>();
  const storage: Pick<Storage, 'stat' | 'open'> = {
    stat: async () => ({ bytes: 3, mime: 'image/png', modifiedAt: new Date(0) }),
    async open() {
      reader.destroy();
      await gone.promise;
      const stream = new PassThrough();
      opened.resolve(stream);
      return openedObject({ stream, bytes: 3, totalBytes: 3, mime: 'image/png' });
    },
  };
  const gone = Promise.withResolvers<void>();
  const app = new Koa();
  app.use(async (ctx, next) => {
    ctx.state.log = pino({ level: 'silent' });
    ctx.res.on('close', gone.resolve);
    await next().finally(handled.resolve);
  });
  app.use(serveFiles({ storage: storage as Storage, fileUrls, isNamed: async () => true }) as Middleware);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const reader = get(await signFileUrl(fileUrls, key, { publicUrl, ttlSeconds: 60 }));
  reader.on('error', () => {});
  await handled.promise;
  expect((await opened.promise).destroyed).toBe(true);
  server.close();
});
