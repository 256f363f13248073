import { createHash } from 'node:crypto';
import type { InputFacts, Workflow, WorkflowParams } from '@star-graph/workflows';
import { filmEdit } from '@star-graph/workflows/filmEdit';
import { ownGraph } from '@star-graph/workflows/graph/ownGraph';
import { isNothingMissing } from '@star-graph/workflows/models/requirements';
import type { Logger } from 'pino';
import type { Inventory } from '../../comfy/comfy.ts';
import type { Database } from '../../ground/db/connect.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import type { FreshView, ViewDeps } from '../../ground/runtime/freshView.ts';
import { createOperatorWorkflows } from '../workflows/operatorWorkflows.ts';
import {
  describeAvailability,
  findLacks,
  findUnfit,
  isRunnable,
  requireRunnable,
  type WorkflowAvailability,
} from './availability.ts';
import { type AvailableModel, type Capability, listModels, listOptions } from './capability.ts';
import { type Comparison, createComparison } from './comparison.ts';
import { createFileLocator, type FileLocator } from './fileLocator.ts';
import type { ModelBytes } from './modelBytes.ts';
import { createModelChoice } from './modelChoice.ts';
import { type DescribedModel, describeModels } from './models/describeModels.ts';
import type { ModelEntries } from './models/entryIndex.ts';
import { resolveNames } from './models/resolveNames.ts';
import { needsKeyOf } from './namedChoices.ts';
import { createPoolView, modelBytesOf, type PoolView, usable } from './poolView.ts';
import { describeOnServers, type WorkflowOnServers } from './serverAbility.ts';
import type { ModelFiles } from './unfitSentence.ts';

/**
 * The workflows, and what the pool can run. Reads of the pool are at most `poolLifeMs` old; the first read loads,
 * later ones refresh in the background.
 */
export interface Catalogue extends FileLocator, ModelCatalogue {
  /**
   * The version on offer (the newest, of operators' the active one), or the one a task was accepted with.
   * @throws Problem `not-found`.
   */
  requireWorkflow(name: string, version?: number): Promise<Workflow>;
  /** Like `requireWorkflow`, but undefined instead of a refusal, and also the workflow of people's own graphs. */
  loadWorkflow(name: string, version?: number): Promise<Workflow | undefined>;
  /** Only of loaded ones: every workflow that ships with the platform, and those that `loadWorkflow` found. */
  findWorkflow(name: string, version?: number): Workflow | undefined;
  /** Workflows on offer: those that ship, in the order of the source, then operators' by name. */
  listOffered(): Promise<readonly Workflow[]>;
  /** Workflows on offer, each with whether the pool can run it now. */
  listWorkflows(): Promise<readonly WorkflowAvailability[]>;
  /** Each workflow on offer with what every server lacks for it. */
  listOnServers(): Promise<readonly WorkflowOnServers[]>;
  /** Says what is missing for a version, which need not be on offer. */
  describe(workflow: Workflow): Promise<WorkflowAvailability>;
  /**
   * Replaces model files that the person did not choose and the pool lacks by files of a usable backend. Comes before
   * the checks of pictures and prices, which may depend on the model. Params that no backend can run stay as they
   * are.
   * @param given names of the parameters in the request.
   */
  chooseModels(
    workflow: Workflow,
    params: WorkflowParams,
    given: ReadonlySet<string>,
  ): Promise<WorkflowParams>;
  /**
   * Refuses a request that no usable backend can run, before its credits are held.
   * @throws Problem `invalid-params` with a pointer for a name that no backend knows; `workflow-unavailable` naming
   * what is missing; `model-unusable` for existing files that do not run; `no-backend` without any backend.
   */
  requireRunnable(workflow: Workflow, params: WorkflowParams): Promise<void>;
  /** Whether `requireRunnable` lets it pass. */
  isRunnable(workflow: Workflow, params: WorkflowParams): Promise<boolean>;
  /** The ids of all backends, up or not, whose inventory has everything. */
  backendsFor(workflow: Workflow, params: WorkflowParams): Promise<ReadonlySet<string>>;
  /**
   * The marked model files that keep this from every enabled backend with all of its files; undefined if one may run
   * it, or if none has the files.
   */
  findUnfit(workflow: Workflow, params: WorkflowParams): Promise<ModelFiles | undefined>;
  /** What no backend of the pool has, in words: see `findLacks`. */
  findLacks(workflow: Workflow, params: WorkflowParams): Promise<readonly string[] | undefined>;
  /** GPU-seconds on an ordinary backend of this pool: learned from tasks of this workflow, else its own estimate. */
  estimateSeconds(workflow: Workflow, params: WorkflowParams, images: InputFacts): Promise<number>;
  /** The capabilities of usable backends; those with equal inventories share one. */
  listInventories(): Promise<readonly Inventory[]>;
  /** A short text that changes with the workflows on offer and with what the pool can run. */
  readRevision(): Promise<string>;
  /** Changes where a measured speed changes by about a fifth. */
  readSpeeds(): Promise<string>;
  /** Changes with what `findLacks` and `findUnfit` answer. */
  readHoldings(): Promise<string>;
  /** Reads pool and workflows now, for instance after an administrator changed them. */
  refresh(): Promise<void>;
}

/** Workflows that no list shows: doors and the strip of films make their requests. */
const unlisted: ReadonlyMap<string, Workflow> = new Map([ownGraph, filmEdit].map((one) => [one.name, one]));

export interface CatalogueDeps extends ViewDeps {
  database: Database;
  /** All shipped versions that tasks may still name; operators' are read from the table. */
  workflows: readonly Workflow[];
  logger?: Pick<Logger, 'warn'>;
  /** How long an absent backend is expected back, with tasks accepted for it. Default: 120. */
  expectedBackSeconds?: number;
}

export function createCatalogue(deps: CatalogueDeps): Catalogue {
  const versions = indexVersions(deps.workflows);
  const pool = createPoolView(deps);
  const operators = createOperatorWorkflows({
    ...deps,
    builtinNames: new Set([...versions.keys(), ...unlisted.keys()]),
  });
  const compare = createComparison();
  const choose = createModelChoice(compare);

  const findWorkflow = (name: string, version?: number): Workflow | undefined => {
    const known = versions.get(name);
    if (unlisted.has(name)) return unlisted.get(name);
    if (!known) return operators.find(name, version);
    return version === undefined ? known?.at(-1) : known?.find((workflow) => workflow.version === version);
  };
  const loadWorkflow = async (name: string, version?: number) =>
    versions.has(name) || unlisted.has(name) ? findWorkflow(name, version) : operators.load(name, version);
  const viewFor = async (workflow: Workflow): Promise<PoolView> => {
    const view = await pool.read();
    return workflow === filmEdit ? view.filmDesk : view;
  };
  const listOffered = async () => [
    ...[...versions.values()].flatMap((known) => known.at(-1) ?? []),
    ...(await operators.listActive()),
  ];
  return {
    ...createFileLocator(pool),
    ...createModelCatalogue(pool, listOffered),
    findWorkflow,
    loadWorkflow,
    listOffered,
    async requireWorkflow(name, version) {
      const workflow = await loadWorkflow(name, version);
      // A graph is checked by its door, and by nobody who asks for a workflow.
      if (workflow && workflow !== ownGraph) return workflow;
      throw unknownWorkflow();
    },
    async listWorkflows() {
      const view = await pool.read();
      const offered = await listOffered();
      return offered.map((workflow) => describeAvailability({ compare, choose }, view, workflow));
    },
    async listOnServers() {
      const view = await pool.read();
      return (await listOffered()).map((workflow) => describeOnServers({ compare, choose }, view, workflow));
    },
    async describe(workflow) {
      return describeAvailability({ compare, choose }, await viewFor(workflow), workflow);
    },
    async listInventories() {
      return [...new Set(usable(await pool.read()))];
    },
    async readRevision() {
      const [{ revision }, offered] = await Promise.all([pool.read(), listOffered()]);
      return digestListing(offered, revision);
    },
    async chooseModels(workflow, params, given) {
      return choose(await pool.read(), workflow, params, given);
    },
    async requireRunnable(workflow, params) {
      requireRunnable(compare, await viewFor(workflow), workflow, params);
    },
    async isRunnable(workflow, params) {
      return isRunnable(compare, await viewFor(workflow), workflow, params);
    },
    async backendsFor(workflow, params) {
      return ableBackends(compare, await viewFor(workflow), workflow, params);
    },
    async findUnfit(workflow, params) {
      const enabled = (await viewFor(workflow)).backends.filter(({ isEnabled }) => isEnabled);
      return findUnfit(
        enabled.flatMap(({ capability }) => capability ?? []).map((it) => compare(it, workflow, params)),
      );
    },
    async findLacks(workflow, params) {
      return findLacks(compare, await viewFor(workflow), workflow, params);
    },
    async estimateSeconds(workflow, params, images) {
      const learned = (await pool.read()).secondsPerUnit.get(workflow.name);
      if (learned === undefined) return workflow.estimateSeconds(params, images);
      return learned * workflow.workUnits(params, images);
    },
    readSpeeds: async () => roundSpeeds(await pool.read()),
    readHoldings: async () => (await pool.read()).holdings,
    async refresh() {
      await Promise.all([pool.refresh(), operators.refresh()]);
    },
  };
}

/** In steps of a fifth: each task that ends changes them a little. */
const roundSpeeds = ({ secondsPerUnit }: PoolView): string =>
  [...secondsPerUnit]
    .map(([name, seconds]) => `${name}=${Math.round(Math.log2(seconds) * 4)}`)
    .sort()
    .join();

export const unknownWorkflow = (): Problem =>
  new Problem('not-found', 'There is no such workflow. GET /api/v1/workflows lists those that there are.');

/** Equal sets are one object: a plan groups a queue of thousands by it. */
function ableBackends(
  compare: Comparison,
  view: PoolView,
  workflow: Workflow,
  params: WorkflowParams,
): ReadonlySet<string> {
  const { kinds, sets, byNeeds } = kindsOf(view);
  const needs = needsKeyOf(workflow, params);
  const known = byNeeds.get(needs);
  if (known) return known;
  const able = [...kinds].filter(([capability]) => isNothingMissing(compare(capability, workflow, params)));
  const key = able.map(([, ids]) => ids[0]).join();
  const set = sets.get(key) ?? new Set(able.flatMap(([, ids]) => ids));
  sets.set(key, set);
  byNeeds.set(needs, set);
  return set;
}

interface Kinds {
  /** The backends of each capability. */
  kinds: ReadonlyMap<Capability, readonly string[]>;
  sets: Map<string, ReadonlySet<string>>;
  /** Each plan asks for all needs that wait. */
  byNeeds: Map<string, ReadonlySet<string>>;
}

const kindsByView = new WeakMap<PoolView, Kinds>();

function kindsOf(view: PoolView): Kinds {
  const known = kindsByView.get(view);
  if (known) return known;
  const kinds = new Map<Capability, string[]>();
  for (const { id, capability } of view.backends)
    if (capability) kinds.set(capability, [...(kinds.get(capability) ?? []), id]);
  const found = { kinds, sets: new Map(), byNeeds: new Map() };
  kindsByView.set(view, found);
  return found;
}

function digestListing(offered: readonly Workflow[], poolRevision: string): string {
  const workflows = offered.map(({ name, version, digest, title, description }) => [
    [name, version, digest, title, description],
  ]);
  return createHash('sha256')
    .update(JSON.stringify([workflows, poolRevision]))
    .digest('base64url');
}

/** Ascending, so that the newest comes last. */
function indexVersions(workflows: readonly Workflow[]): Map<string, Workflow[]> {
  const versions = new Map<string, Workflow[]>();
  for (const workflow of workflows) {
    const known = versions.get(workflow.name) ?? [];
    invariant(
      !known.some(({ version }) => version === workflow.version),
      `two workflows are called ${workflow.name} version ${workflow.version}`,
    );
    known.push(workflow);
    known.sort((a, b) => a.version - b.version);
    versions.set(workflow.name, known);
  }
  return versions;
}

/** The models of the pool, and what operators say of them. */
interface ModelCatalogue {
  /** By parameter of `inventoryParams`: the values that at least one usable backend accepts, sorted. */
  listOptions(workflow: Workflow): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Every model file of the pool that is not hidden, by folder and then by name. */
  listModels(): Promise<readonly AvailableModel[]>;
  /** What operators say of models. */
  readEntries(): Promise<ModelEntries>;
  /** The files of the pool, the engines, and other models with an entry, as administrators see them. */
  describeModels(): Promise<readonly DescribedModel[]>;
  /**
   * The values with the file in place of each readable name of a model.
   * @throws Problem `invalid-params` for a name that several files have.
   */
  resolveNames(workflow: Workflow, raw: unknown): Promise<unknown>;
  /** Sizes of model files by `folder/name`, as far as a backend tells them or they are published. */
  modelBytes(): Promise<ModelBytes>;
}

const createModelCatalogue = (
  pool: Pick<FreshView<PoolView>, 'read'>,
  listOffered: () => Promise<readonly Workflow[]>,
): ModelCatalogue => ({
  async listOptions(workflow) {
    const view = await pool.read();
    return listOptions(usable(view), view.entries, workflow);
  },
  async listModels() {
    const view = await pool.read();
    return listModels(usable(view), view.entries);
  },
  async readEntries() {
    return (await pool.read()).entries;
  },
  async describeModels() {
    return describeModels(await pool.read(), await listOffered());
  },
  async resolveNames(workflow, raw) {
    return resolveNames(await pool.read(), workflow, raw);
  },
  async modelBytes() {
    return modelBytesOf(await pool.read());
  },
});
