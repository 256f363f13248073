import type { OpenBackend, ReadyTask } from './planInput.ts';
import { type Residency, usualLoadSeconds } from './residency.ts';

/** A backend as it will be when what was planned for it so far is done. */
export interface PlannedBackend {
  readonly backend: OpenBackend;
  readonly free: (0 | 1)[];
  isBusy: boolean;
  outstandingSeconds: number;
  residency: Residency | undefined;
  /** Since its models began to be loaded. */
  warmSeconds: number;
  /** Kept idle for a long task that waited too long: nothing is prefetched here. */
  isReserved: boolean;
}

export const toPlannedBackend = (backend: OpenBackend): PlannedBackend => ({
  backend,
  free: [...backend.freeSlots],
  isBusy: backend.isBusy,
  outstandingSeconds: backend.outstandingSeconds,
  residency: backend.residency,
  warmSeconds: backend.warmSeconds,
  isReserved: false,
});

export const runSeconds = (
  backend: Pick<OpenBackend, 'secondsPerUnit' | 'weight'>,
  task: Pick<ReadyTask, 'workflowName' | 'workUnits' | 'estimateSeconds'>,
): number => {
  const perUnit = backend.secondsPerUnit.get(task.workflowName);
  return perUnit === undefined ? task.estimateSeconds / backend.weight : perUnit * task.workUnits;
};

type Wanting = Pick<ReadyTask, 'residency'>;

/** For loading what the task needs and the backend will not have. */
export const loadSeconds = ({ backend, residency }: PlannedBackend, task: Wanting): number =>
  usualLoadSeconds(task.residency, residency) * backend.loadFactor;

/** For loading again what the task would push out. */
export const reloadSeconds = ({ backend, residency }: PlannedBackend, task: Wanting): number =>
  residency === undefined ? 0 : usualLoadSeconds(residency, task.residency) * backend.loadFactor;

export const doneAfterSeconds = (candidate: PlannedBackend, task: ReadyTask): number =>
  candidate.outstandingSeconds + loadSeconds(candidate, task) + runSeconds(candidate.backend, task);

/** Below this a change of models is no swap: a LoRA, a VAE. */
const minorSeconds = 2;
/** Models stay for as many times the swap, itself included, while anybody waits for them: a fifth of a GPU may be loading. */
const repayments = 5;

/** Whether the task can run there without a swap worth speaking of, there and back. */
export const isWarmFor = (candidate: PlannedBackend, task: Wanting): boolean =>
  loadSeconds(candidate, task) + reloadSeconds(candidate, task) <= minorSeconds;

export const hasRepaid = (candidate: PlannedBackend, task: Wanting): boolean =>
  candidate.warmSeconds >=
  repayments * Math.max(loadSeconds(candidate, task), reloadSeconds(candidate, task));

export function occupy(candidate: PlannedBackend, task: ReadyTask): void {
  const doneAfter = doneAfterSeconds(candidate, task);
  const takenSeconds = doneAfter - candidate.outstandingSeconds;
  candidate.warmSeconds = isWarmFor(candidate, task) ? candidate.warmSeconds + takenSeconds : takenSeconds;
  candidate.outstandingSeconds = doneAfter;
  candidate.residency = task.residency;
  candidate.isBusy = true;
}
