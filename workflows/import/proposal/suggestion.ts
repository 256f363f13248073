import type { ManifestParam } from '../../manifest/manifestSchema.ts';
import type { LocalizedText } from '../../workflow.ts';

/** A parameter that the graph suggests, with everything that an operator would otherwise write by hand. */
export interface Suggestion {
  name: string;
  title: LocalizedText;
  param: Suggested;
  /** It only joins a parameter of the same name and value. */
  isFollower?: true;
}

export type Suggested = ManifestParam extends infer P
  ? P extends ManifestParam
    ? Omit<P, 'title' | 'x-title'>
    : never
  : never;
