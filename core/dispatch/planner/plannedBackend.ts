import type { OpenBackend, ReadyTask } from './plan.ts';
import { type Residency, usualLoadSeconds } from './residency.ts';

/** A backend as it will be when what was planned for it so far is done. */
export interface Place {
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

export const toPlace = (backend: OpenBackend): Place => ({
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

/** For loading what the task needs and the place will not have. */
export const loadSeconds = ({ backend, residency }: Place, task: Wanting): number =>
  usualLoadSeconds(task.residency, residency) * backend.loadFactor;

/** For loading again what the task would push out. */
export const reloadSeconds = ({ backend, residency }: Place, task: Wanting): number =>
  residency === undefined ? 0 : usualLoadSeconds(residency, task.residency) * backend.loadFactor;

export const doneAfterSeconds = (place: Place, task: ReadyTask): number =>
  place.outstandingSeconds + loadSeconds(place, task) + runSeconds(place.backend, task);

/** Below this a change of models is no swap: a LoRA, a VAE. */
const minorSeconds = 2;
/** Models stay for as many times the swap, itself included, while anybody waits for them: a fifth of a GPU may be loading. */
const repayments = 5;

/** Whether the task can run there without a swap worth speaking of, there and back. */
export const isWarmFor = (place: Place, task: Wanting): boolean =>
  loadSeconds(place, task) + reloadSeconds(place, task) <= minorSeconds;

export const hasRepaid = (place: Place, task: Wanting): boolean =>
  place.warmSeconds >= repayments * Math.max(loadSeconds(place, task), reloadSeconds(place, task));

export function occupy(place: Place, task: ReadyTask): void {
  const doneAfter = doneAfterSeconds(place, task);
  const takenSeconds = doneAfter - place.outstandingSeconds;
  place.warmSeconds = isWarmFor(place, task) ? place.warmSeconds + takenSeconds : takenSeconds;
  place.outstandingSeconds = doneAfter;
  place.residency = task.residency;
  place.isBusy = true;
}
