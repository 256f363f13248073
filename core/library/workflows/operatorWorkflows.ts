import type { Workflow } from '@star-graph/workflows';
import { parseManifest } from '@star-graph/workflows/manifest';
import type { Logger } from 'pino';
import type { Database } from '../../ground/db/connect.ts';
import { WorkflowRecord } from '../../ground/db/models/operation.ts';
import { createFreshView, type ViewDeps } from '../../ground/runtime/freshView.ts';

/**
 * The workflows that operators added, as the table has them: every process reads it, so that a version added by one
 * is known to all within `viewLifeMs`. Versions never change and are never deleted, so parsed ones are kept; inactive
 * ones are parsed when a task needs them.
 */
interface OperatorWorkflows {
  /** The active version of each name, by name. */
  listActive(): Promise<readonly Workflow[]>;
  /** The version, or the active one. An unknown one is looked up in the table. */
  load(name: string, version?: number): Promise<Workflow | undefined>;
  /** Only of loaded ones. */
  find(name: string, version?: number): Workflow | undefined;
  refresh(): Promise<void>;
}

interface OperatorWorkflowsDeps extends ViewDeps {
  database: Database;
  logger?: Pick<Logger, 'warn'>;
  /** Names that ship with the platform, which operators cannot use. */
  builtinNames: ReadonlySet<string>;
}

const viewLifeMs = 2_000;
/** An unknown name is looked up in the table at most this often. */
const missEveryMs = 250;

type VersionRow = Pick<WorkflowRecord, 'name' | 'version' | 'active'>;

const keyOf = (name: string, version: number): string => `${name}@${version}`;

export function createOperatorWorkflows(deps: OperatorWorkflowsDeps): OperatorWorkflows {
  /** By `name@version`; undefined for one that this release does not take. */
  const parsed = new Map<string, Workflow | undefined>();
  const view = createFreshView(deps, viewLifeMs, async () => {
    const rows = await listVersions(deps.database);
    const active = rows.filter((row) => row.active && !deps.builtinNames.has(row.name));
    await parseUnknown(deps, parsed, active);
    const known = new Set(rows.map(({ name, version }) => keyOf(name, version)));
    const current = active.flatMap(({ name, version }) => parsed.get(keyOf(name, version)) ?? []);
    return { known, current: new Map(current.map((workflow) => [workflow.name, workflow])) };
  });

  const find = (name: string, version?: number): Workflow | undefined =>
    version === undefined ? view.latest?.current.get(name) : parsed.get(keyOf(name, version));

  return {
    find,
    async listActive() {
      return [...(await view.read()).current.values()];
    },
    async load(name, version) {
      await view.read();
      const isKnown = () =>
        version === undefined ? view.latest?.current.has(name) : view.latest?.known.has(keyOf(name, version));
      if (!isKnown() && view.ageMs() >= missEveryMs) await view.refresh();
      if (version !== undefined && isKnown()) await parseUnknown(deps, parsed, [{ name, version }]);
      return find(name, version);
    },
    refresh: () => view.refresh(),
  };
}

async function listVersions(database: Database): Promise<VersionRow[]> {
  return WorkflowRecord.query(database).select('name', 'version', 'active').orderBy(['name', 'version']);
}

async function parseUnknown(
  deps: OperatorWorkflowsDeps,
  parsed: Map<string, Workflow | undefined>,
  versions: readonly Pick<VersionRow, 'name' | 'version'>[],
): Promise<void> {
  const unknown = versions.filter(({ name, version }) => !parsed.has(keyOf(name, version)));
  if (unknown.length === 0) return;
  const ids = unknown.map(({ name, version }): [string, number] => [name, version]);
  const records = await WorkflowRecord.query(deps.database).findByIds(ids);
  for (const { name, version, manifest } of records) {
    try {
      parsed.set(keyOf(name, version), parseManifest(JSON.parse(manifest)));
    } catch (err) {
      // It was accepted by a release with wider rules: logged once, and the others go on.
      parsed.set(keyOf(name, version), undefined);
      deps.logger?.warn({ err, workflow: name, version }, 'a workflow cannot be used');
    }
  }
}
