import type { GraphDeps } from './graphDeps.ts';

/** What `GET /features` and the greeting of a socket tell. */
export const describeFeatures = ({ uploads }: Pick<GraphDeps, 'uploads'>): Record<string, unknown> => ({
  supports_preview_metadata: true,
  max_upload_size: uploads.limitBytes,
});
