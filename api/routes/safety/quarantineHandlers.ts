import type {
  QuarantineView,
  ReviewPictureView,
  WithheldView,
} from '@star-graph/contract/safety/quarantines';
import type { Quarantine } from '@star-graph/core/ground/db/models/quarantine';
import { decideQuarantine, quarantineAsset } from '@star-graph/core/people/safety/quarantine';
import {
  appealQuarantine,
  listQuarantines,
  listWithheld,
  requireQuarantine,
} from '@star-graph/core/people/safety/readQuarantines';
import {
  type ReviewDeps,
  type ReviewPicture,
  showBlurred,
  showClear,
} from '@star-graph/core/people/safety/showForReview';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

export const createQuarantineHandlers = (deps: ReviewDeps) =>
  defineHandlers({
    listWithheld({ query, caller }) {
      return pageById(query, {
        list: (page) => listWithheld(deps.database, caller.account.id, page),
        idOf: ({ id }) => id,
        present: (rows) => rows.map(presentWithheld),
      });
    },
    async appealWithheld({ params, body, caller }) {
      return presentWithheld(await appealQuarantine(deps, caller.account.id, params.id, body.text));
    },
    adminListQuarantine({ query }) {
      const filter = {
        ...(query.state === undefined ? {} : { state: query.state }),
        ...(query.appeal === undefined ? {} : { appealState: query.appeal }),
      };
      return pageById(query, {
        list: (page) => listQuarantines(deps.database, filter, page),
        idOf: ({ id }) => id,
        present: (rows) => rows.map(presentQuarantine),
      });
    },
    async adminGetQuarantine({ params }) {
      return presentQuarantine(await requireQuarantine(deps.database, params.id));
    },
    async adminQuarantineAsset({ params, body, caller }) {
      const grounds = { ...body, note: body.note ?? null };
      return presentQuarantine(await quarantineAsset(deps, actorOf(caller), params.id, grounds));
    },
    async adminDecideQuarantine({ params, body, caller }) {
      const decision = { ...body, note: body.note ?? null };
      return presentQuarantine(await decideQuarantine(deps, actorOf(caller), params.id, decision));
    },
    async adminPreviewAsset({ params }) {
      return presentPicture(await showBlurred(deps, params.id));
    },
    async adminViewAsset({ params, body, caller }) {
      return presentPicture(await showClear(deps, actorOf(caller), params.id, body.reason));
    },
  });

const presentPicture = ({ mime, bytes }: ReviewPicture): ReviewPictureView => ({
  mime,
  base64: bytes.toString('base64'),
});

const appealOf = ({ appeal, appealState, appealedAt }: Quarantine) =>
  appeal === null || appealState === null || appealedAt === null
    ? {}
    : { appeal: { text: appeal, state: appealState, at: appealedAt.toISOString() } };

const sharedOf = (row: Quarantine) => ({
  id: row.id,
  assetId: row.assetId,
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  ...(row.taskId === null ? {} : { taskId: row.taskId }),
  ...(row.note === null ? {} : { note: row.note }),
  ...appealOf(row),
});

const presentQuarantine = (row: Quarantine): QuarantineView => ({
  ...sharedOf(row),
  userId: row.userId,
  state: row.state,
  version: row.version,
  source: row.source,
  ...(row.scores === null ? {} : { scores: row.scores }),
  changedAt: row.changedAt.toISOString(),
});

/** Who decided is not told. */
const presentWithheld = (row: Quarantine): WithheldView => ({
  ...sharedOf(row),
  state: row.state === 'removed' ? 'removed' : 'quarantined',
  by: row.source,
  mayAppeal: row.state === 'quarantined' && row.appeal === null,
});
