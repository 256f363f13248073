import type { EntryFields } from '@star-graph/workflows/models/modelEntry';
import { Model } from 'objection';

/** Who says it: an administrator, or the folder of YAML. */
export type EntrySource = 'edited' | 'folder';

/** What an operator says of a model file or an engine. */
export class ModelEntryRecord extends Model {
  static override tableName = 'model_entries';
  static override idColumn = ['source', 'model'];
  static override jsonAttributes = ['fields'];
  declare source: EntrySource;
  /** `folder/name`, or `engine/` and the name of its model. */
  declare model: string;
  /** Raised by each change. */
  declare version: number;
  /** Null: deleted. */
  declare fields: EntryFields | null;
  /** The sample of `fields`. */
  declare sampleId: string | null;
  declare changedAt: Date;
}
