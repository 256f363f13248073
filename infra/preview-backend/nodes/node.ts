import type { PreviewBackendConfig } from '../config.ts';
import type { DataFolders } from '../files/dataFolders.ts';
import type { Graph } from '../graph/graph.ts';
import type { JsonObject } from '../json.ts';
import type { ModelCatalogue } from '../models.ts';
import type { PixelWorkers } from '../pictures/pixelWorkers.ts';
import type { NodeInputs, NodeValue } from './values.ts';

/** An image that goes with a progress message: a latent preview, or a finished picture of SaveImageWebsocket. */
export interface ProgressImage {
  format: 'jpeg' | 'png';
  bytes: Buffer;
}

/** What a node may use while it runs. */
export interface NodeContext {
  nodeId: string;
  promptId: string;
  /** As saved into files: the whole graph and the prompt's extra data. */
  graph: Graph;
  extraData: JsonObject;
  config: PreviewBackendConfig;
  models: ModelCatalogue;
  folders: DataFolders;
  workers: PixelWorkers;
  /** Whether this prompt wants latent previews. */
  previews: boolean;
  /** Reports `value` of `max`; throws when the prompt has been interrupted. */
  progress(value: number, max: number, image?: ProgressImage): void;
  throwIfInterrupted(): void;
  /** Aborts when the prompt is interrupted or the server stops. */
  signal: AbortSignal;
  /** Waits out a simulated step; throws when interrupted meanwhile. */
  simulateStep(seconds: number): Promise<void>;
  /** Waits out the simulated load of a file, which nothing interrupts. */
  simulateLoad(seconds: number): Promise<void>;
  /** Fails the node when the prompt's sentinel or an armed fault says so. */
  injectFaults(point: FaultPoint): Promise<void>;
}

/** Places in a node's run where a fault can strike. */
export type FaultPoint = 'node' | 'sampler-step' | 'save';

export interface NodeResult {
  outputs: readonly NodeValue[];
  /** What `executed` and history show, for output nodes. */
  ui?: JsonObject;
}

/** Where a result was first made, as history's `meta` shows it: a cached result keeps the id of its first node. */
export interface NodeOrigin {
  node_id: string;
  display_node: string;
  parent_node: null;
  real_node_id: string;
}

export interface NodeDefinition {
  run(context: NodeContext, inputs: NodeInputs): Promise<NodeResult> | NodeResult;
  /** Takes a list whole instead of running once for each of its entries. */
  takesLists?: boolean;
  /** Inputs that are not made before the node has said that it needs them, and which of them it does. */
  lazy?: { inputs: readonly string[]; needed(inputs: NodeInputs): readonly string[] };
  /** ComfyUI's IS_CHANGED: a mark that makes a cached result stale when it differs. */
  changeMark?(folders: DataFolders, inputs: JsonObject): Promise<string> | string;
  /** ComfyUI's VALIDATE_INPUTS: what is wrong, or null. */
  check?(folders: DataFolders, inputs: JsonObject): { input: string; reason: string } | null;
}

/** A failure of a node, reported as `execution_error` with the name of a Python exception. */
export class NodeFailure extends Error {
  readonly exceptionType: string;
  constructor(exceptionType: string, message: string) {
    super(message);
    this.name = 'NodeFailure';
    this.exceptionType = exceptionType;
  }
}

/** Thrown inside a node when the prompt has been interrupted. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
