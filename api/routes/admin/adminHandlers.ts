import {
  createAnnouncement,
  deleteAnnouncement,
  listAnnouncements,
} from '@star-graph/core/desk/announcements';
import { checkAudit } from '@star-graph/core/desk/auditCheck';
import { listActs, noteKeyOf, recordAct } from '@star-graph/core/ground/audit';
import { reportLedger } from '@star-graph/core/money/credits/ledgerCheck';
import { publishPublicMessage } from '@star-graph/core/work/events/publicMessages';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { presentAnnouncement } from '../platform/presentAnnouncement.ts';
import { actorOf } from './actorOf.ts';
import { presentAct, presentLedger, streamAudit } from './presentAdmin.ts';

export const createAdminHandlers = (
  deps: Pick<ApiDeps, 'database' | 'redis' | 'prefix' | 'clock' | 'keyRing'>,
) =>
  defineHandlers({
    async adminCheckLedger() {
      return presentLedger(await reportLedger(deps), deps.clock.now());
    },
    adminListAnnouncements({ query }) {
      return pageById(query, {
        list: (page) => listAnnouncements(deps.database, {}, page),
        idOf: ({ id }) => id,
        present: (announcements) => announcements.map(presentAnnouncement),
      });
    },
    async adminCreateAnnouncement({ body, caller }) {
      const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
      const values = { message: body.message, expiresAt };
      const view = presentAnnouncement(await createAnnouncement(deps, actorOf(caller), values));
      void publishPublicMessage(deps, { type: 'announcement', data: view });
      return view;
    },
    async adminDeleteAnnouncement({ params, caller }) {
      await deleteAnnouncement(deps, actorOf(caller), params.id);
      return undefined;
    },
    adminListAudit({ query }) {
      const { target, actorId, action, from, to } = query;
      const time = (text: string | undefined) => (text === undefined ? undefined : new Date(text));
      const filter = { target, actorId, action, from: time(from), to: time(to) };
      return pageById(query, {
        list: (page) => listActs(deps.database, filter, page),
        idOf: ({ id }) => id,
        present: (acts) => acts.map(presentAct),
      });
    },
    async adminExportAudit({ query, caller, ctx }) {
      const to = query.to === undefined ? deps.clock.now() : new Date(query.to);
      const from = query.from === undefined ? undefined : new Date(query.from);
      const actor = actorOf(caller);
      await recordAct(deps, deps.database, {
        actorId: actor.id,
        action: 'audit.export',
        target: 'audit',
        data: { from: from?.toISOString() ?? null, to: to.toISOString(), ...noteKeyOf(actor) },
      });
      ctx.set('Cache-Control', 'no-store');
      ctx.set('Content-Disposition', 'attachment; filename="audit.ndjson"');
      ctx.type = 'application/x-ndjson';
      ctx.body = streamAudit(deps, { from, to });
      return undefined;
    },
    async adminCheckAudit({ query }) {
      const { isComplete, ...check } = await checkAudit(deps, query.after);
      return { ...check, complete: isComplete };
    },
  });
