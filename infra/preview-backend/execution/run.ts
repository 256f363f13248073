import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { PreviewBackendConfig } from '../config.ts';
import type { DataFolders } from '../files/dataFolders.ts';
import type { Inventory } from '../graph/inventory.ts';
import type { SocketHub } from '../hub.ts';
import type { JsonObject } from '../json.ts';
import type { ModelCatalogue } from '../models.ts';
import type { NodeDefinition } from '../nodes/node.ts';
import type { PixelWorkers } from '../pictures/pixelWorkers.ts';
import type { QueueItem, StatusMessage } from '../promptQueue.ts';
import type { Faults } from './faults.ts';
import type { NodeCache } from './nodeCache.ts';
import type { ProgressReporter } from './progress.ts';
import type { Sentinels } from './sentinels.ts';

export interface RunnerDeps {
  clock: Clock;
  config: PreviewBackendConfig;
  inventory: Inventory;
  models: ModelCatalogue;
  folders: DataFolders;
  workers: PixelWorkers;
  hub: SocketHub;
  cache: NodeCache;
  nodes: ReadonlyMap<string, NodeDefinition>;
  faults: Faults;
  /** Ends the process at once. */
  crash: () => never;
}

/** Everything that belongs to one run. */
export interface Run {
  item: QueueItem;
  extraData: JsonObject;
  to: unknown;
  sentinels: Sentinels;
  isSilent: boolean;
  interruption: AbortController;
  progress: ProgressReporter;
  messages: StatusMessage[];
  /** Sends to the prompt's client and, for broadcasts, to all where it has none. */
  tell(type: string, data: JsonObject, isBroadcast?: boolean): void;
}
