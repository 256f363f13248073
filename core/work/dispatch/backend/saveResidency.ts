import type { Logger } from 'pino';
import { type ComfyClient, ComfyFault } from '../../../comfy/comfy.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import type { ModelBytes } from '../../../library/catalogue/modelBytes.ts';
import type { BackendMeter } from '../backendMetrics.ts';
import type { Ownership } from '../lease.ts';
import {
  createResidency,
  isHeld,
  loadBeside,
  type Residency,
  sizedFor,
  usualLoadSeconds,
} from '../planner/residency.ts';
import type { Probe } from './probe.ts';

/** The loaded models of a backend, kept in its row for the next plans. A loss only makes plans worse. */
export interface ResidencyRecord {
  /**
   * A graph began: from now on its models are the loaded ones, as `folder/name`.
   * @returns the usual seconds for loading its models; undefined if the models before are unknown.
   */
  noteStarted(promptId: string, models: readonly string[]): number | undefined;
  /**
   * Reads how large the models are. Asks the server for the prompt that loaded the models. A server that does not know it was restarted and has
   * nothing loaded; the row says so before the next plan. A server that does not answer is asked again next time.
   */
  verify(client: Pick<ComfyClient, 'history' | 'locate'>): Promise<void>;
  /** The server dropped its models. Its last prompt stays known: a server that forgets that one later was restarted. */
  forget(): Promise<void>;
}

interface Saved {
  models: readonly string[];
  promptId: string;
}

export function createResidencyRecord(
  deps: {
    database: Database;
    logger: Logger;
    catalogue: Pick<Catalogue, 'modelBytes'>;
    probe: Pick<Probe, 'keptModelBytes'>;
    meter: Pick<BackendMeter, 'noteSwap'>;
  },
  owner: string,
  { backendId, epoch }: Ownership,
): ResidencyRecord {
  let loaded: Residency | undefined;
  let savedKey: string | undefined;
  let modelBytes: ModelBytes = new Map();
  /** The last prompt that loaded models. Undefined: the row has to be read; null: unknown. */
  let loader: string | null | undefined;

  const own = () => Backend.query(deps.database).findById(backendId).where({ owner, epoch });
  const patch = ({ models, promptId }: Saved) =>
    own().patch({ residency: [...models], residencyPromptId: promptId });
  /** Its age and the growth of its memory count from now on. */
  const patchRestarted = () =>
    own().patch({
      residency: null,
      residencyPromptId: null,
      memoryFloorBytes: null,
      freshSince: deps.database.raw('NOW(3)') as unknown as Date,
    });

  function save({ key, models }: Residency, promptId: string): void {
    savedKey = key;
    patch({ models: [...models.keys()], promptId }).catch((error: unknown) => {
      savedKey = undefined;
      deps.logger.warn({ err: error, backendId }, 'residency was not saved');
    });
  }

  async function forget(): Promise<void> {
    [loaded, savedKey] = [undefined, undefined];
    await own().patch({ residency: null });
  }

  async function readLoader(): Promise<string | null> {
    const row = await Backend.query(deps.database).findById(backendId).select('residencyPromptId');
    return row?.residencyPromptId ?? null;
  }

  return {
    noteStarted(promptId, models) {
      const before = loaded;
      const wanted = sizedFor(createResidency(models, modelBytes), modelBytes.on?.(backendId));
      if (!isHeld(wanted, before)) deps.meter.noteSwap();
      loaded = loadBeside(wanted, before, deps.probe.keptModelBytes);
      loader = promptId;
      if (loaded.key !== savedKey) save(loaded, promptId);
      return before && usualLoadSeconds(wanted, before);
    },
    async verify(client) {
      modelBytes = await deps.catalogue.modelBytes();
      if (loader === undefined) {
        const read = await readLoader();
        // A prompt that began meanwhile is the newer one.
        loader ??= read;
      }
      const asked = loader;
      if (asked === null || !(await hasForgotten(client, asked))) return;
      // A prompt that began meanwhile has loaded its models.
      if (loader !== asked) return;
      deps.logger.info({ backendId }, 'a backend has begun anew: nothing is loaded there');
      // The row is read again, which repeats this if it could not be written.
      [loaded, savedKey, loader] = [undefined, undefined, undefined];
      await patchRestarted();
    },
    forget,
  };
}

async function hasForgotten(
  client: Pick<ComfyClient, 'history' | 'locate'>,
  promptId: string,
): Promise<boolean> {
  try {
    // Nearly always the history has it; else it may still run or wait.
    if (await client.history(promptId)) return false;
    return (await client.locate(promptId)) === 'absent';
  } catch (error) {
    if (error instanceof ComfyFault) return false;
    throw error;
  }
}
