import { setTimeout as delay } from 'node:timers/promises';
import { type FaultPoint, Interrupted, type NodeContext } from '../nodes/node.ts';
import { injectFaults } from './injectFaults.ts';
import type { Run, RunnerDeps } from './run.ts';

/** What the node may use in this run. */
export function createNodeContext(
  deps: RunnerDeps,
  run: Run,
  nodeId: string,
  classType: string,
): NodeContext {
  const { signal } = run.interruption;
  let step = 0;
  const throwIfInterrupted = (): void => {
    if (signal.aborted) throw new Interrupted();
  };
  const interruptible = async (waiting: Promise<void>): Promise<void> => {
    try {
      await waiting;
    } catch {
      throw new Interrupted();
    }
  };
  const wait = (ms: number): Promise<void> => interruptible(delay(ms, undefined, { signal }));
  const wanted = run.extraData.preview_method;
  const config =
    run.sentinels.secondsPerStep === null
      ? deps.config
      : {
          ...deps.config,
          simulation: { ...deps.config.simulation, secondsPerStep: run.sentinels.secondsPerStep },
        };
  return {
    nodeId,
    promptId: run.item.promptId,
    graph: run.item.graph,
    extraData: run.extraData,
    config,
    models: deps.models,
    folders: deps.folders,
    workers: deps.workers,
    previews:
      deps.config.protocol === '0.33.0' && typeof wanted === 'string' && wanted !== 'default'
        ? wanted !== 'none'
        : deps.config.previews,
    progress(value, max, image) {
      throwIfInterrupted();
      run.progress.update(nodeId, value, max, image);
    },
    throwIfInterrupted,
    signal,
    simulateStep: (seconds) => (seconds > 0 ? wait(seconds * 1000) : Promise.resolve()),
    simulateLoad: (seconds) => delay(seconds * 1000),
    injectFaults(point: FaultPoint) {
      if (point === 'sampler-step') step += 1;
      if (!deps.config.simulation.enabled) return Promise.resolve();
      return injectFaults(
        {
          faults: deps.faults,
          sentinels: run.sentinels,
          crash: deps.crash,
          untilInterrupted: () => wait(2 ** 31 - 1) as Promise<never>,
          untilLetGo: () => interruptible(deps.faults.untilDisarmed('hold', signal)),
        },
        { point, classType, step },
      );
    },
  };
}
