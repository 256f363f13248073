export interface GenerationRequest {
  workflow: string;
  params: Record<string, unknown>;
  parentId?: string;
  /** Fills in the person's or the server's defaults; absent: all values are given. */
  takesDefaults?: true;
  /** Makes the same request once; default: the interaction. */
  idempotencyKey?: string;
}
