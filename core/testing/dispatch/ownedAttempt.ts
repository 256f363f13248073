import { ownGraph } from '@star-graph/workflows/graph/ownGraph';
import type { OwnGraphParams } from '@star-graph/workflows/graph/ownGraphParams';
import type { ComfyClient } from '../../comfy/comfy.ts';
import { createComfyClient } from '../../comfy/comfyClient.ts';
import { Backend } from '../../ground/db/models/backend.ts';
import type { Task } from '../../ground/db/models/task.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { noRules } from '../../people/safety/wordRules.ts';
import type { PostPermit } from '../../work/dispatch/attempt/attempt.ts';
import { runAttempt } from '../../work/dispatch/attempt/runAttempt.ts';
import type { AttemptEnd } from '../../work/dispatch/attempt/settle/finishAttempt.ts';
import { listTakenSlots } from '../../work/dispatch/takenSlots.ts';
import type { ProgressBus } from '../../work/events/progressBus.ts';
import type { Fence } from '../../work/tasks/ownerFence.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../comfy/startPreviewBackend.ts';
import { assign } from '../db/factories.ts';
import { createDispatchSetup, type DispatchSetup, silentLogger, testConfig } from './dispatchSetup.ts';

/** A pool of one backend that the test owns: the test runs attempts itself. */
export interface AttemptScene extends AsyncDisposable {
  setup: DispatchSetup;
  preview: PreviewBackendProcess;
  /** A new owner under a new epoch, with one task assigned to the backend. */
  assignTask(): Promise<OwnedAttempt>;
  /** With a graph that a person brought. */
  assignGraph(params: OwnGraphParams): Promise<OwnedAttempt>;
}

export interface OwnedAttempt {
  task: Task;
  fence: Fence;
  client: ComfyClient;
  run(terms?: Partial<Terms>): Promise<AttemptEnd>;
}

interface Terms {
  permit: PostPermit;
  owner: Pick<Fence, 'owner' | 'epoch'>;
  /** Aborted where the owner writes and asks nothing more, as one that died. */
  left: AbortSignal;
  attemptTimeoutMs: number;
  chargesCancel: () => boolean;
  publish: ProgressBus['publish'];
}

const drawing = { prompt: 'a lighthouse', width: 256, height: 256, steps: 1 };

/** The lease is fresh and stays fresh. */
export const alwaysPermitted: PostPermit = { isYoung: () => true, renew: async () => true };

export async function createAttemptScene(): Promise<AttemptScene> {
  await using parts = new AsyncDisposableStack();
  const setup = parts.use(await createDispatchSetup());
  const preview = parts.use(await startPreviewBackend({ flags: ['--instant', '--threads', '1'] }));
  let backend = await addBackend(setup, preview.url);
  const started = parts.move();

  async function assignOne(submit: () => Promise<Task>): Promise<OwnedAttempt> {
    backend = await Backend.query(setup.database).patchAndFetchById(backend.id, {
      owner: newId(),
      epoch: backend.epoch + 10,
    });
    const task = await submit();
    const fence = await assign(setup.database, task, backend);
    const config = { url: preview.url, pollIntervalMs: 100 };
    const client = started.adopt(
      createComfyClient({ clock: systemClock, logger: silentLogger }, config),
      (it) => it.close(),
    );
    const run: OwnedAttempt['run'] = (terms) =>
      runOwned(setup, client, { owner: fence, ...terms }, backend.id);
    return { task, fence, client, run };
  }

  return {
    setup,
    preview,
    assignTask: () => assignOne(() => setup.submit('text2img', drawing)),
    assignGraph: (params) => assignOne(() => setup.submit(ownGraph.name, params, ownGraph)),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Only a dispatcher reads the inventory of a backend. Afterwards the test is its only owner. */
async function addBackend(setup: DispatchSetup, url: string): Promise<Backend> {
  await using _dispatcher = await setup.start();
  return await setup.addBackend(url);
}

async function runOwned(
  setup: DispatchSetup,
  client: ComfyClient,
  terms: Partial<Terms> & Pick<Terms, 'owner'>,
  backendId: string,
): Promise<AttemptEnd> {
  const { owner, permit = alwaysPermitted, left = new AbortController().signal, publish, ...limits } = terms;
  const deps = {
    client,
    permit,
    database: setup.database,
    clock: systemClock,
    logger: silentLogger,
    storage: setup.storage,
    catalogue: setup.catalogue,
    progress: {
      publish: publish ?? (() => undefined),
      hasPreviews: true,
      restart: () => undefined,
      end: () => undefined,
    },
    wakeSignals: setup.wakeSignals,
    health: {
      reportDown: async () => undefined,
      reportStarted: () => 0,
      reportActivity: () => undefined,
      reportOver: () => undefined,
      reportRan: () => undefined,
    },
    runTimes: { learn: () => undefined, expectSeconds: () => undefined },
    wordRules: async () => noRules,
    turn: { comes: async () => undefined, pass: () => undefined },
    limits: { ...testConfig(setup.directory).limits, ...limits },
  };
  const [slot] = await listTakenSlots(setup.database, [backendId]);
  if (!slot) throw new Error('the slot is free');
  const signals = { run: new AbortController().signal, left };
  return runAttempt(deps, owner, slot, signals);
}
