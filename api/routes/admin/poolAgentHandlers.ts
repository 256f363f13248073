import { readFileSync } from 'node:fs';
import type { FetchListView, RentalListView } from '@star-graph/contract/admin/poolAgents';
import { createJoinCode, joinPool } from '@star-graph/core/desk/pool/agents';
import { examineBackend } from '@star-graph/core/desk/pool/examineBackend';
import {
  cancelFetch,
  listFetches,
  orderFetches,
  type ServerFetches,
  takeReport,
} from '@star-graph/core/desk/pool/modelFetches';
import { costOf, readRentals } from '@star-graph/core/desk/renting/rentals';
import type { ModelFetch } from '@star-graph/core/ground/db/models/poolAgent';
import type { Rental } from '@star-graph/core/ground/db/models/rental';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { actorOf } from './actorOf.ts';
import { type ExamineDeps, openNetwork, presentExamination } from './examineHandlers.ts';

/** Python: every machine with ComfyUI has it, and needs nothing else. */
const agentProgram = new URL('../../agent/star_graph_gpu.py', import.meta.url);

export function createPoolAgentHandlers(deps: ExamineDeps & Pick<ApiDeps, 'wakeSignals'>) {
  const withNetwork = openNetwork(deps);
  return defineHandlers({
    async adminMakeJoinCode({ caller }) {
      const { code, expiresAt } = await createJoinCode(deps, actorOf(caller));
      return { code, expiresAt: expiresAt.toISOString() };
    },
    async adminListRentals() {
      const now = deps.clock.now();
      const { decision, rentals } = await readRentals(deps.database);
      return {
        ...(decision && { decision: { decidedAt: decision.decidedAt.toISOString(), ...decision.content } }),
        items: rentals.map((row) => presentRental(row, now)),
      };
    },
    async adminListModelFetches({ params }) {
      return presentFetches(await listFetches(deps.database, params.id));
    },
    async adminFetchModels({ params, body, caller }) {
      return presentFetches(await orderFetches(deps, actorOf(caller), params.id, body.files));
    },
    async adminCancelModelFetch({ params, caller }) {
      await cancelFetch(deps, actorOf(caller), params.id, params.fetchId);
      return undefined;
    },
    async joinPool({ body }) {
      const backendId = await joinPool(deps, { ...body, report: pickFolders(body.report) });
      return { backendId, examination: presentExamination(await examineBackend(withNetwork(), backendId)) };
    },
    async reportToPool({ body }) {
      const { backend, fetch } = await takeReport(deps, body.token, pickFolders(body.report), {
        progress: body.fetch,
        architectures: body.architectures,
      });
      const { id, name, state, stateReason } = backend;
      return {
        backend: { id, name, state, ...(stateReason === null ? {} : { reason: stateReason }) },
        ...(fetch && { fetch: presentFetch(fetch) }),
      };
    },
    async getPoolAgent({ ctx }) {
      ctx.type = 'text/plain; charset=utf-8';
      ctx.body = readFileSync(agentProgram, 'utf8');
      return undefined;
    },
  });
}

type Folder = { path: string; disk: string; freeBytes: number; fault?: string | undefined };

/** Without folders that are named and not there. */
function pickFolders<Report extends { folders: Partial<Record<string, Folder>> }>(report: Report) {
  const folders = Object.entries(report.folders).flatMap(([name, place]) =>
    place ? [[name, place] as const] : [],
  );
  return { ...report, folders: Object.fromEntries(folders) };
}

const presentFetches = ({ agent, fetches }: ServerFetches): FetchListView => ({
  ...(agent && {
    agent: {
      joinedAt: agent.joinedAt.toISOString(),
      seenAt: agent.seenAt.toISOString(),
      folders: Object.entries(agent.report.folders).map(([folder, { path, freeBytes, fault }]) => ({
        folder,
        path,
        freeBytes,
        ...(fault === undefined ? {} : { fault }),
      })),
    },
  }),
  items: fetches.map(presentFetch),
});

const presentRental = (row: Rental, now: Date): RentalListView['items'][number] => ({
  id: row.id,
  name: row.name,
  state: row.state,
  pricePerHour: row.price,
  cost: costOf(row, now),
  createdAt: row.createdAt.toISOString(),
  ...(row.backendId === null ? {} : { backendId: row.backendId }),
  ...(row.tasks === null ? {} : { tasks: row.tasks }),
  ...(row.fault === null ? {} : { fault: row.fault }),
  ...(row.servingAt === null ? {} : { servingAt: row.servingAt.toISOString() }),
  ...(row.endedAt === null ? {} : { endedAt: row.endedAt.toISOString() }),
});

const presentFetch = (row: ModelFetch) => ({
  id: row.id,
  folder: row.folder,
  name: row.name,
  url: row.url,
  state: row.state,
  ...(row.bytes === null ? {} : { bytes: Number(row.bytes) }),
  bytesDone: Number(row.bytesDone),
  ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
  ...(row.fault === null ? {} : { fault: row.fault }),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
