import type { ShareView } from '@star-graph/contract/assets/shares';
import type { AssetShare } from '@star-graph/core/ground/db/models/assetShare';
import type { CopyDeps } from '@star-graph/core/library/assets/sharedCopy';
import { listShares, shareAsset, withdrawShare } from '@star-graph/core/library/assets/shares';
import { makerOf } from '@star-graph/core/people/identity/makers';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { presentMade } from '../users/presentMaker.ts';

/** Below the time after which a request is answered 503: then nothing is shared that nobody was told of. */
const copyTimeoutMs = 8_000;

export const createShareHandlers = (deps: CopyDeps & Pick<ApiDeps, 'database' | 'clock' | 'publicUrl'>) =>
  defineHandlers({
    async shareAsset({ params, body, caller }) {
      const { expiresInHours: hours, showsPrompt } = body;
      const signal = AbortSignal.timeout(copyTimeoutMs);
      const { share, token } = await shareAsset(
        deps,
        { userId: caller.account.id, madeBy: makerOf(caller) },
        params.id,
        { hours, showsPrompt },
        signal,
      );
      const [view = presentShare(share)] = await presentMade(deps.database, [share], presentShare);
      return { ...view, url: `${deps.publicUrl}/s/${token}` };
    },
    listShares({ query, caller }) {
      const filter = query.asset === undefined ? {} : { assetId: query.asset };
      return pageById(query, {
        list: (page) => listShares(deps, caller.account.id, filter, page),
        idOf: ({ id }) => id,
        present: (shares) => presentMade(deps.database, shares, presentShare),
      });
    },
    async withdrawShare({ params, caller }) {
      await withdrawShare(deps.database, params.id, caller.account.id);
      return undefined;
    },
  });

const presentShare = ({ id, assetId, showsPrompt, createdAt, expiresAt }: AssetShare): ShareView => ({
  id,
  assetId,
  showsPrompt,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});
