import type { BackendView } from '@star-graph/contract/admin/backends';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { type DeskFacts, findGoodBackup, isPlaceholder } from './findNeeds.ts';

/** What a new platform wants, in this order. Nobody here can see whether the last two are there: one says so. */
const steps = ['servers', 'placeholder', 'models', 'backups', 'discord', 'alerts'] as const;
export type FirstStep = (typeof steps)[number];

export interface StepState {
  step: FirstStep;
  isDone: boolean;
  /** One may say that it is done, or not wanted. */
  isTicked?: true;
}

export interface FirstFacts extends Pick<DeskFacts, 'servers' | 'backups' | 'seenAt'> {
  workflows: readonly Pick<WorkflowView, 'available'>[];
}

const youngMs = 14 * 86_400_000;

const hasGpu = (server: BackendView): boolean => Boolean(server.deviceName) && !isPlaceholder(server);
const isUp = ({ enabled, state }: BackendView): boolean => enabled && (state === 'up' || state === 'trial');

export const findFirstServer = (servers: readonly BackendView[]): BackendView | undefined =>
  servers.find((one) => isUp(one) && hasGpu(one));

/** Still draws for people beside servers with a GPU. */
export const findPlaceholder = (servers: readonly BackendView[]): BackendView | undefined =>
  servers.find((one) => isUp(one) && !hasGpu(one));

/** @returns none on a platform that is no longer new: its people know what they left out. */
export function listSteps(facts: FirstFacts, ticked: ReadonlySet<string>, now: Date): StepState[] {
  const oldest = Math.min(...facts.seenAt.map((at) => Date.parse(at)));
  if (now.getTime() - oldest > youngMs) return [];
  const hasServer = findFirstServer(facts.servers) !== undefined;
  const hasPlaceholder = findPlaceholder(facts.servers) !== undefined;
  const runs = facts.workflows.some(({ available }) => available);
  const ofThem: Record<FirstStep, boolean | undefined> = {
    servers: hasServer,
    // What is not there is no step.
    placeholder: hasServer && hasPlaceholder ? false : undefined,
    models: hasServer && !hasPlaceholder && runs,
    backups: findGoodBackup(facts.backups) !== undefined,
    discord: ticked.has('discord'),
    alerts: ticked.has('alerts'),
  };
  const states = steps.flatMap((step): StepState[] => {
    const isDone = ofThem[step];
    if (isDone === undefined) return [];
    return [
      { step, isDone, ...(step === 'discord' || step === 'alerts' ? { isTicked: true as const } : {}) },
    ];
  });
  return states.every(({ isDone }) => isDone) ? [] : states;
}
