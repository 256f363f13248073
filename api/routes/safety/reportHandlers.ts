import type { AdminReportView, ReportView } from '@star-graph/contract/safety/reports';
import { changePerson } from '@star-graph/core/desk/people/people';
import type { Asset } from '@star-graph/core/ground/db/models/asset';
import type { Report } from '@star-graph/core/ground/db/models/quarantine';
import {
  decideReport,
  findOpenOwner,
  findReportedAssets,
  listReports,
  reportContent,
} from '@star-graph/core/people/safety/reports';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf, reachingActorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

type ReportDeps = Pick<
  ApiDeps,
  'database' | 'redis' | 'prefix' | 'clock' | 'log' | 'wakeSignals' | 'progress' | 'chargesCancel'
>;

export const createReportHandlers = (deps: ReportDeps) =>
  defineHandlers({
    async reportContent({ body, caller, ctx }) {
      const { assetId, taskId = '', reason, text = null } = body;
      const target = assetId === undefined ? { taskId } : { assetId };
      const { report, isNew } = await reportContent(deps, caller.account.id, { target, reason, text });
      if (!isNew) ctx.status = 200;
      return presentReport(report);
    },
    adminListReports({ query }) {
      const filter = query.state === undefined ? {} : { state: query.state };
      return pageById(query, {
        list: (page) => listReports(deps.database, filter, page),
        idOf: ({ id }) => id,
        async present(reports) {
          const assets = await findReportedAssets(deps.database, reports);
          return reports.map((report) => presentForModerators(report, assets.get(report.id)));
        },
      });
    },
    async adminDecideReport({ params, body, caller }) {
      const { blockOwner, reason, note = null, ...decision } = body;
      const actor = actorOf(caller);
      // Before the decision: a process that dies in between has left the report open, and a repeat does both.
      const blocked = blockOwner ? await findOpenOwner(deps.database, params.id, body.version) : undefined;
      if (blocked !== undefined) {
        const block = { disabled: true, reason: `report:${params.id}` };
        await changePerson(deps, reachingActorOf(caller), blocked, block);
      }
      const grounds = { ...decision, note, ...(reason === undefined ? {} : { reason }) };
      const report = await decideReport(deps, actor, params.id, grounds);
      return presentForModerators(report, (await findReportedAssets(deps.database, [report])).get(report.id));
    },
  });

const presentReport = (report: Report): ReportView => ({
  id: report.id,
  reason: report.reason,
  state: report.state,
  createdAt: report.createdAt.toISOString(),
  ...(report.assetId === null ? {} : { assetId: report.assetId }),
  ...(report.taskId === null ? {} : { taskId: report.taskId }),
  ...(report.text === null ? {} : { text: report.text }),
});

const presentForModerators = (report: Report, assets: readonly Asset[] = []): AdminReportView => ({
  ...presentReport(report),
  version: report.version,
  ownerId: report.ownerId,
  reporterId: report.reporterId,
  assetIds: assets.map(({ id }) => id),
  ...(report.decidedAt === null ? {} : { decidedAt: report.decidedAt.toISOString() }),
});
