import { pipeline } from 'node:stream/promises';
import { openExportPart } from '@star-graph/core/desk/backup/exportPart';
import { Problem } from '@star-graph/core/ground/errors';
import type { ApiDeps } from '../../apiDeps.ts';
import { createNamedSemaphore } from '../../limits/namedSemaphore.ts';
import { defineHandlers } from '../handler.ts';

/** A reader that reads nothing for this long is gone. */
const silenceLimitMs = 60_000;

export function createExportHandlers(deps: Pick<ApiDeps, 'database' | 'storage' | 'publicUrl'>) {
  const exporting = createNamedSemaphore(1);
  return defineHandlers({
    async exportAccount({ query, caller, ctx }) {
      const userId = caller.account.id;
      const leave = exporting.take(userId);
      if (!leave)
        throw new Problem('quota-exceeded', 'A part of your export is being sent already. Wait for it.', {
          retryAfterSeconds: 5,
        });
      try {
        const { body, next } = await openExportPart(deps, userId, query.cursor);
        ctx.status = 200;
        ctx.set({
          'Cache-Control': 'no-store',
          'Content-Type': 'application/zip',
          'Content-Disposition': `attachment; filename="star-graph-${query.cursor ?? 'data'}.zip"`,
        });
        if (next !== undefined)
          ctx.set('Link', `<${deps.publicUrl}/api/v1/users/export?cursor=${next}>; rel="next"`);
        // Written here and not by Koa: a reader that stopped reading would hold the files open for ever.
        ctx.respond = false;
        ctx.res.statusCode = 200;
        ctx.res.setTimeout(silenceLimitMs, () => ctx.req.socket.destroy());
        await pipeline(body, ctx.res).catch((error: unknown) => {
          ctx.state.log.debug({ err: error }, 'an export was not read to its end');
        });
      } finally {
        leave();
      }
      return undefined;
    },
  });
}
