import type { OpenBackend, PlanInput, ReadyTask } from '../../work/dispatch/planner/planInput.ts';
import { createResidency } from '../../work/dispatch/planner/residency.ts';

export const nowMs = 10_000_000;
export const longestWaitMs = 600_000;

export const modelA = createResidency(['checkpoints/a']);
export const modelB = createResidency(['checkpoints/b']);
export const nothing = createResidency([]);

export const task = (id: string, values: Partial<ReadyTask> = {}): ReadyTask => ({
  id,
  attempt: 0,
  userId: 'u1',
  lane: 'interactive',
  workflowName: 'text2img',
  workUnits: 1,
  estimateSeconds: 10,
  createdAtMs: nowMs - 1_000,
  runsOn: new Set(['b1', 'b2', 'b3']),
  failedOn: new Set(),
  residency: modelA,
  ...values,
});

export const backend = (id: string, values: Partial<OpenBackend> = {}): OpenBackend => ({
  id,
  freeSlots: [0, 1],
  isBusy: false,
  outstandingSeconds: 0,
  residency: modelA,
  loadFactor: 1,
  keptBytes: 0,
  weight: 1,
  secondsPerUnit: new Map(),
  lacksGpu: false,
  isGuess: false,
  holdsLong: false,
  unbegun: [],
  ...values,
});

export const input = (
  ready: ReadyTask[],
  backends: OpenBackend[],
  values: Partial<PlanInput> = {},
): PlanInput => ({
  ready,
  backends,
  nowMs,
  servedSeconds: new Map(),
  longestWaitMs,
  estimates: 100,
  ...values,
});
