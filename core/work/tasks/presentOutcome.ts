import { presentProblem } from '@star-graph/workflows/shared/presentProblem';
import type { Storage } from '../../ground/storage/storage.ts';
import { presentAsset } from '../../library/assets/presentAsset.ts';
import type { EventSubject } from '../events/outbox/commitAndPublish.ts';
import { chargedOf } from './charge.ts';
import { traceIdOf } from './taskTrace.ts';

/** The part of a task that the event of its end shows to clients. */
export async function presentOutcome(
  { storage }: { storage: Pick<Storage, 'signedUrl'> },
  { task, outputs, withheld = 0 }: EventSubject,
) {
  const { id, status, cached, cost, error } = task;
  const charged = chargedOf(task);
  return {
    id,
    status,
    cached,
    cost,
    ...(charged === undefined ? {} : { charged }),
    outputs: await Promise.all(outputs.map((asset) => presentAsset(storage, asset))),
    ...(withheld === 0 ? {} : { withheld }),
    ...(error === null
      ? {}
      : { error: presentProblem({ ...error, ...traceIdOf(task), instance: `urn:star-graph:task:${id}` }) }),
  };
}
