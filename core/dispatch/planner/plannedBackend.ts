import type { OpenBackend, ReadyTask } from './planInput.ts';
import { type Residency, usualLoadSeconds } from './residency.ts';

/** A backend as it will be when its planned work is done. */
export interface PlannedBackend {
  readonly backend: OpenBackend;
  readonly free: (0 | 1)[];
  isBusy: boolean;
  outstandingSeconds: number;
  residency: Residency | undefined;
  /** Seconds since its models began to load. */
  warmSeconds: number;
  /** Kept idle for a long task that waited too long: no prefetching here. */
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

/** Seconds for loading what the task needs and the backend will lack. */
export const loadSeconds = ({ backend, residency }: PlannedBackend, task: Wanting): number =>
  usualLoadSeconds(task.residency, residency) * backend.loadFactor;

/** Seconds for reloading what the task would push out. */
export const reloadSeconds = ({ backend, residency }: PlannedBackend, task: Wanting): number =>
  residency === undefined ? 0 : usualLoadSeconds(residency, task.residency) * backend.loadFactor;

export const doneAfterSeconds = (candidate: PlannedBackend, task: ReadyTask): number =>
  candidate.outstandingSeconds + loadSeconds(candidate, task) + runSeconds(candidate.backend, task);

/** A cheaper change of models is not a swap: a LoRA, a VAE. */
const minorSeconds = 2;
/**
 * Models stay for this multiple of the swap time, itself included, while tasks wait for them: a fifth of a GPU's time
 * may be loading.
 */
const repayments = 5;

/** Whether the task can run there without a real swap, there and back. */
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
