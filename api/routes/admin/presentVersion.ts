import type { WorkflowManifestView, WorkflowVersionView } from '@star-graph/contract/admin/operatorWorkflows';
import type { WorkflowRecord } from '@star-graph/core/ground/db/models/operation';
import type { PointedFault } from '@star-graph/workflows/shared/pointer';

/** Written by our store: its shape is certain. */
const readManifest = ({ manifest }: Pick<WorkflowRecord, 'manifest'>) =>
  JSON.parse(manifest) as Record<string, unknown> & Pick<WorkflowVersionView, 'title'>;

export function presentVersion(record: WorkflowRecord): WorkflowVersionView {
  const { name, version, active, digest, createdBy, createdAt } = record;
  const { title } = readManifest(record);
  return { name, version, title, active, digest, createdBy, createdAt: createdAt.toISOString() };
}

/** `findFaults` tells why a manifest that was taken once is not offered now. */
export function presentManifest(
  record: WorkflowRecord,
  findFaults: (manifest: unknown) => readonly PointedFault[],
): WorkflowManifestView {
  const manifest = readManifest(record);
  const faults = findFaults(manifest);
  return { ...presentVersion(record), manifest, ...(faults.length > 0 ? { faults: [...faults] } : {}) };
}
