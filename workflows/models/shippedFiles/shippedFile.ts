import type { ModelFolder } from '../loaders.ts';
import type { ModelFamily } from '../modelFamilies.ts';

type Precision = 'fp32' | 'bf16' | 'fp16' | 'fp8' | 'int8' | 'nvfp4' | 'mxfp8' | 'mixed';

/** A model file that shipped workflows load, as its authors publish it. */
export interface ShippedFile {
  folder: ModelFolder;
  /** As in the graph. */
  name: string;
  precision?: Precision;
  /** Undefined where it was not established. */
  bytes?: number;
  /**
   * The same weights in another precision: a server that lacks the file uses the first of these that it has. The
   * pictures differ little, the memory much.
   */
  alternatives?: readonly { name: string; precision: Precision; bytes?: number }[];
  /** Every family whose workflows load it: text encoders and VAEs are shared. */
  families: readonly ModelFamily[];
  /** Where operators find it: the repository's name as its authors publish it, of which an address is proposed. */
  publishedAs?: string;
  /** The repository has a folder for each kind, named as ComfyUI's. */
  hasFolders?: true;
}
