/** What somebody may have and use. Null: what the level below says; of the last two, everything. */
export interface Quotas {
  /** Unfinished tasks they may have. */
  openTasks: number | null;
  /** How many of them are on GPU servers at once. */
  simultaneousTasks: number | null;
  /** Tasks that are accepted on one day, in UTC. */
  tasksPerDay: number | null;
  /** After so many GPU-seconds of a day no further task of that day is accepted. */
  gpuSecondsPerDay: number | null;
  /** Names of the workflows that they may use. */
  workflows: readonly string[] | null;
  /** `folder/name` of the model files that they may choose. */
  models: readonly string[] | null;
}

export const noQuotas: Quotas = {
  openTasks: null,
  simultaneousTasks: null,
  tasksPerDay: null,
  gpuSecondsPerDay: null,
  workflows: null,
  models: null,
};

/** The quotas alone, of a row or a policy that has more. */
export const quotasOf = (from: Quotas): Quotas => ({
  openTasks: from.openTasks,
  simultaneousTasks: from.simultaneousTasks,
  tasksPerDay: from.tasksPerDay,
  gpuSecondsPerDay: from.gpuSecondsPerDay,
  workflows: from.workflows,
  models: from.models,
});

/** What holds for one person. Null: no limit. */
export interface QuotasInForce extends Omit<Quotas, 'openTasks' | 'simultaneousTasks'> {
  openTasks: number;
  /** Tasks of one day, in UTC, that ended and cost nothing. */
  unpaidTasksPerDay: number | null;
}

export const isAllowedWorkflow = ({ workflows }: Pick<Quotas, 'workflows'>, name: string): boolean =>
  workflows === null || workflows.includes(name);

/** Of a folder that the list names files of, those alone; of the other folders all. */
export function isAllowedModel(
  { models }: Pick<Quotas, 'models'>,
  { folder, name }: { folder: string; name: string },
): boolean {
  if (models === null || models.includes(`${folder}/${name}`)) return true;
  return !models.some((model) => model.startsWith(`${folder}/`));
}
