import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type {
  OfferedWorkflowView,
  WorkflowManifestView,
  WorkflowVersionView,
} from '@star-graph/contract/admin/operatorWorkflows';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { isAscii } from '@star-graph/core/ground/db/connect';
import type { WorkflowRecord } from '@star-graph/core/ground/db/models/operation';
import { Problem } from '@star-graph/core/ground/errors';
import {
  changeModelSettings,
  type ModelSettings,
  readModelSettings,
} from '@star-graph/core/library/catalogue/modelSettings';
import type { WorkflowOnServers } from '@star-graph/core/library/catalogue/serverAbility';
import { findFaults } from '@star-graph/core/library/workflows/manifests';
import { type Proposal, proposeWorkflow } from '@star-graph/core/library/workflows/proposal';
import {
  activateVersion,
  addWorkflow,
  listVersions,
  requireVersion,
} from '@star-graph/core/library/workflows/storeWorkflow';
import { readWorkflowFile } from '@star-graph/workflows/import/readWorkflowFile';
import { UnreadableFile } from '@star-graph/workflows/import/unreadableFile';
import { type PointedFault, toPointer } from '@star-graph/workflows/shared/pointer';
import { priceAt } from '@star-graph/workflows/shared/priceAt';
import type { ApiDeps } from '../../apiDeps.ts';
import { receiveFile } from '../assets/receiveFile.ts';
import { presentWorkflow } from '../catalogue/presentWorkflow.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { type AcceptDeps, acceptTask, presentAccepted } from '../tasks/acceptTask.ts';
import type { TaskPresenterDeps } from '../tasks/presentTask.ts';
import { actorOf } from './actorOf.ts';

export const createWorkflowHandlers = (
  deps: AcceptDeps &
    TaskPresenterDeps &
    Pick<ApiDeps, 'database' | 'clock' | 'catalogue' | 'workflowRules' | 'takeUploadSlot' | 'settings'>,
) =>
  defineHandlers({
    async adminListWorkflows({ query }) {
      const { items, nextCursor } = pageByOffset(query, await listVersions(deps.database));
      return { items: items.map(presentVersion), nextCursor };
    },
    async adminCreateWorkflow({ body, query, caller, ctx }) {
      const rules = { ...deps.workflowRules, inventories: await deps.catalogue.listInventories() };
      const { record, isNew } = await addWorkflow(deps, rules, actorOf(caller), body, query.offer === 'yes');
      if (!isNew) ctx.status = 200;
      await deps.catalogue.refresh();
      return presentVersion(record);
    },
    adminProposeWorkflow: ({ body }) => propose(deps, body.graph, '/graph'),
    async adminProposeFromFile({ caller, ctx }) {
      const leaveSlot = deps.takeUploadSlot(caller.account.id);
      try {
        const file = await receiveFile(ctx, mostFileBytes, (stream, signal) =>
          buffer(addAbortSignal(signal, stream)),
        );
        return await propose(deps, readFile(file), '/file');
      } finally {
        leaveSlot();
      }
    },
    async adminGetWorkflow({ params }) {
      const record = await requireVersion(deps.database, params.name, params.version);
      const presented = presentManifest(record, findFaults);
      return presented.faults ? presented : { ...presented, form: await presentForm(deps, params) };
    },
    async adminListOffered({ query }) {
      const { PRICE_PERCENT } = await deps.settings.read();
      const { items, nextCursor } = pageByOffset(query, await deps.catalogue.listOnServers());
      return {
        items: items.map((item) =>
          presentOffered(item, deps.workflowRules.builtinNames.has(item.workflow.name), PRICE_PERCENT),
        ),
        nextCursor,
      };
    },
    async adminTryWorkflow({ params, body, caller, ctx }) {
      const accepted = await acceptTask(deps, caller, {
        workflowName: params.name,
        version: params.version,
        body: body.params,
        idempotencyKey: body.key,
        rawBody: ctx.request.rawBody ?? '',
        span: ctx.state.span,
      });
      return presentAccepted(deps, accepted);
    },
    async adminPatchWorkflow({ params, body, caller }) {
      const record = await activateVersion(deps, actorOf(caller), { ...params, active: body.active });
      await deps.catalogue.refresh();
      return presentVersion(record);
    },
    adminGetModelSettings: () => readModelSettings(deps.database),
    async adminPutModelSettings({ body, caller }) {
      await requireKnownDefaults(deps, body.defaults);
      await changeModelSettings(deps, actorOf(caller), body);
      await deps.catalogue.refresh();
      return body;
    },
  });

/** As the listing would show the version, which the administrator may try before it is on offer. */
async function presentForm(
  { catalogue, settings }: Pick<ApiDeps, 'catalogue' | 'settings'>,
  { name, version }: { name: string; version: number },
): Promise<WorkflowView> {
  const workflow = await catalogue.requireWorkflow(name, version);
  const [availability, options, entries, { PRICE_PERCENT }] = await Promise.all([
    catalogue.describe(workflow),
    catalogue.listOptions(workflow),
    catalogue.readEntries(),
    settings.read(),
  ]);
  return presentWorkflow(availability, { options, entries }, PRICE_PERCENT);
}

/** The largest picture or film of ComfyUI's that is searched for a workflow. */
const mostFileBytes = 50_000_000;

/** @throws Problem `invalid-params` for a file without a workflow. */
function readFile(file: Buffer): unknown {
  try {
    return readWorkflowFile(file);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const errors = [{ pointer: '/file', message: error.message }];
    throw new Problem('invalid-params', error.message, { errors, cause: error });
  }
}

async function propose(
  { database, catalogue, workflowRules }: Pick<ApiDeps, 'database' | 'catalogue' | 'workflowRules'>,
  document: unknown,
  place: '/graph' | '/file',
): Promise<Proposal> {
  const { builtinNames } = workflowRules;
  const own = new Set((await listVersions(database)).map(({ name }) => name));
  const isTaken = (name: string) => builtinNames.has(name) || own.has(name);
  const inventories = await catalogue.listInventories();
  return proposeWorkflow(inventories, document, { isTaken, place });
}

/** A misspelt name would be a default without effect. Files may come later, so their presence is not checked. */
async function requireKnownDefaults(
  { catalogue }: Pick<ApiDeps, 'catalogue'>,
  defaults: ModelSettings['defaults'],
): Promise<void> {
  const errors: PointedFault[] = [];
  for (const [name, files] of Object.entries(defaults)) {
    const pointer = toPointer('defaults', name);
    const workflow = isAscii(name) ? await catalogue.loadWorkflow(name) : undefined;
    if (!workflow) errors.push({ pointer, message: 'There is no such workflow.' });
    for (const param of Object.keys(files)) {
      const place = workflow?.inventoryParams;
      if (place && !(Object.hasOwn(place, param) && place[param]?.property === undefined))
        errors.push({
          pointer: toPointer('defaults', name, param),
          message: 'This parameter names no file.',
        });
    }
  }
  if (errors.length > 0) throw new Problem('invalid-params', 'Some defaults belong to nothing.', { errors });
}

function presentOffered(
  item: WorkflowOnServers,
  shipped: boolean,
  pricePercent: number,
): OfferedWorkflowView {
  const { name, version, title, description, engine } = item.workflow;
  return {
    name,
    version,
    shipped,
    title,
    description,
    leastCost: priceAt(item.leastCost, pricePercent),
    available: item.available,
    waiting: item.isWaiting,
    ...(engine && { model: engine.model }),
    ...(engine && engine.of !== name && { engineOf: engine.of }),
    servers: item.servers.map(({ id, name: server, isUp, runs, missing }) => ({
      id,
      name: server,
      up: isUp,
      runs,
      missing: [...missing],
    })),
  };
}

/** Written by our store: its shape is certain. */
const readManifest = ({ manifest }: Pick<WorkflowRecord, 'manifest'>) =>
  JSON.parse(manifest) as Record<string, unknown> & Pick<WorkflowVersionView, 'title'>;

function presentVersion(record: WorkflowRecord): WorkflowVersionView {
  const { name, version, active, digest, createdBy, createdAt } = record;
  const { title } = readManifest(record);
  return { name, version, title, active, digest, createdBy, createdAt: createdAt.toISOString() };
}

/** `findFaults` tells why a manifest that was taken once is not offered now. */
function presentManifest(
  record: WorkflowRecord,
  findFaults: (manifest: unknown) => readonly PointedFault[],
): WorkflowManifestView {
  const manifest = readManifest(record);
  const faults = findFaults(manifest);
  return { ...presentVersion(record), manifest, ...(faults.length > 0 ? { faults: [...faults] } : {}) };
}
