import { defineCounter } from '../../../ground/telemetry/define.ts';
import { defineLeaderGauge } from '../../../ground/telemetry/leaderMetrics.ts';

export const partFailures = defineCounter({
  name: 'star_graph_maintenance_failures_total',
  help: 'Rounds of a part of the maintenance that ended in an error; the next one tries again',
  labels: ['part'],
});

export const partSuccess = defineLeaderGauge({
  name: 'star_graph_maintenance_success_timestamp_seconds',
  help: 'When a part of the maintenance last ended well, since this dispatcher leads',
  labels: ['part'],
});

export const deletedRows = defineCounter({
  name: 'star_graph_retention_deleted_rows_total',
  help: 'Rows that were older than they may be and were deleted, by table',
  labels: ['table'],
});

export const heldRows = defineLeaderGauge({
  name: 'star_graph_retention_held_rows',
  help: 'Rows older than they may be that are kept, since a larger share would go than RETENTION_MOST_PERCENT',
});

export const setAsideErasures = defineLeaderGauge({
  name: 'star_graph_erasures_set_aside',
  help: 'Deleted accounts whose erasure failed so often that an administrator has to look',
});

export const removedObjects = defineCounter({
  name: 'star_graph_objects_removed_total',
  help: 'Stored files that no row named and that were removed',
});
