import type { OpenBackend, ReadyTask } from './planInput.ts';
import { isHeld, loadBeside, type Residency, sizedFor, usualLoadSeconds } from './residency.ts';

/** A backend as it will be when its planned work is done. */
export interface PlannedBackend {
  readonly backend: OpenBackend;
  readonly free: (0 | 1)[];
  isBusy: boolean;
  outstandingSeconds: number;
  /** Part of these seconds is a guess that people are not shown. */
  isGuess: boolean;
  residency: Residency | undefined;
  holdsLong: boolean;
}

export const toPlannedBackend = (backend: OpenBackend): PlannedBackend => ({
  backend,
  free: [...backend.freeSlots],
  isBusy: backend.isBusy,
  outstandingSeconds: backend.outstandingSeconds,
  isGuess: backend.isGuess ?? false,
  residency: backend.residency,
  holdsLong: backend.holdsLong,
});

export const runSeconds = (
  backend: Pick<OpenBackend, 'secondsPerUnit' | 'weight'>,
  task: Pick<ReadyTask, 'workflowName' | 'workUnits' | 'estimateSeconds'>,
): number => {
  const perUnit = backend.secondsPerUnit.get(task.workflowName);
  return perUnit === undefined ? task.estimateSeconds / backend.weight : perUnit * task.workUnits;
};

/** What a workflow takes on a GPU says nothing about a server without one: minutes instead of seconds. */
export const isGuessed = (
  backend: Pick<OpenBackend, 'secondsPerUnit' | 'lacksGpu'>,
  { workflowName }: Pick<ReadyTask, 'workflowName'>,
): boolean => backend.lacksGpu === true && !backend.secondsPerUnit.has(workflowName);

/** Until its work is done, as people are told; undefined where that is a guess. */
export const etaOf = ({ outstandingSeconds, isGuess }: PlannedBackend): number | undefined =>
  isGuess ? undefined : Math.ceil(outstandingSeconds);

type Wanting = Pick<ReadyTask, 'residency'>;

/** Seconds for loading what the task needs and the backend will lack. */
export const loadSeconds = ({ backend, residency }: PlannedBackend, task: Wanting): number =>
  usualLoadSeconds(sizedFor(task.residency, backend.bytes), residency) * backend.loadFactor;

export const doneAfterSeconds = (candidate: PlannedBackend, task: ReadyTask): number =>
  candidate.outstandingSeconds + loadSeconds(candidate, task) + runSeconds(candidate.backend, task);

/** Whether the task can run there without a real swap, there and back. */
export const isWarmFor = ({ residency }: PlannedBackend, task: Wanting): boolean =>
  isHeld(task.residency, residency);

/** What is loaded there once such a task ran. */
export const loadedAfter = ({ residency, backend }: PlannedBackend, task: Wanting): Residency =>
  loadBeside(sizedFor(task.residency, backend.bytes), residency, backend.keptBytes);

/** @returns the seconds that it takes there. */
export function occupy(candidate: PlannedBackend, task: ReadyTask): number {
  const doneAfter = doneAfterSeconds(candidate, task);
  const takenSeconds = doneAfter - candidate.outstandingSeconds;
  candidate.outstandingSeconds = doneAfter;
  candidate.residency = loadedAfter(candidate, task);
  candidate.isGuess ||= isGuessed(candidate.backend, task);
  candidate.isBusy = true;
  candidate.holdsLong ||= task.lane === 'long';
  return takenSeconds;
}
