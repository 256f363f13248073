export interface GenerationRequest {
  workflow: string;
  params: Record<string, unknown>;
  parentId?: string;
  /** What was not typed is as the person or the server chose; absent: all of it was said before. */
  takesDefaults?: true;
  /** Makes the same request once; default: the interaction. */
  idempotencyKey?: string;
}
