import { Model } from 'objection';

/** Lets one GPU machine join the pool, within its hour. */
export class JoinCode extends Model {
  static override tableName = 'join_codes';
  static override idColumn = 'codeHash';
  declare codeHash: string;
  /** The administrator in whose name the machine joins; null for one that the platform rented. */
  declare madeBy: string | null;
  /** The machine that was rented. */
  declare rentalId: string | null;
  /** The hash of the token of the agent that used it: the same agent may ask again after a lost answer. */
  declare usedBy: string | null;
  declare expiresAt: Date;
}

/** What an agent says of its machine. */
export interface AgentReport {
  comfyVersion?: string | undefined;
  previewMethod?: string | undefined;
  /** Where model files go, by the folder's name. `disk` is the same for folders that share their free bytes. */
  folders: Record<string, { path: string; disk: string; freeBytes: number; fault?: string | undefined }>;
}

/** The program on the machine of a GPU server that writes its model files. */
export class PoolAgent extends Model {
  static override tableName = 'pool_agents';
  static override idColumn = 'backendId';
  static override jsonAttributes = ['report', 'architectures'];
  declare backendId: string;
  declare tokenHash: string;
  declare report: AgentReport;
  /** By `folder/name`, as `modelspec.architecture` says it: from the headers of the files. Null: never told. */
  declare architectures: Record<string, string> | null;
  declare joinedAt: Date;
  declare seenAt: Date;
}

/**
 * The states of a fetch. `waiting`: ordered. `running`: the agent has said that it works on it; an agent that comes back
 * goes on where it was. `done`, `failed`, `cancelled`: it is over, and the next order takes its place.
 */
const fetchStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
type FetchState = (typeof fetchStates)[number];

/** A model file on its way to a GPU server. A server has one row for each file. */
export class ModelFetch extends Model {
  static override tableName = 'model_fetches';
  static override idColumn = ['backendId', 'folder', 'name'];
  declare backendId: string;
  declare folder: string;
  declare name: string;
  /** Of this order: what is said of an earlier one changes nothing. */
  declare id: string;
  declare url: string;
  /** What the file must have; once it is there, what it has. */
  declare sha256: string | null;
  declare state: FetchState;
  /** Null until the agent has asked. */
  declare bytes: number | null;
  declare bytesDone: number;
  /** Why it failed, or what it waits for, in a sentence for operators. */
  declare fault: string | null;
  declare createdAt: Date;
  declare updatedAt: Date;
}
