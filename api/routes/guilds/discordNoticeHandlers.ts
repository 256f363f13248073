import { takeDiscordNotices } from '@star-graph/core/people/identity/discordNotices';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

export const createDiscordNoticeHandlers = (deps: Pick<ApiDeps, 'database' | 'clock' | 'publicUrl'>) =>
  defineHandlers({
    async takeDiscordNotices({ body }) {
      const taken = await takeDiscordNotices(deps, body.done);
      return {
        items: taken.map(({ id, subject, locale, change, device, address, at }) => ({
          id,
          discordUserId: subject,
          locale,
          change,
          at: at.toISOString(),
          ...(device === null ? {} : { device }),
          ...(address === null ? {} : { address }),
          url: `${deps.publicUrl}/account/security`,
        })),
      };
    },
  });
