import type { PresetView } from '@star-graph/contract/users/presets';
import type { Preset } from '@star-graph/core/ground/db/models/user';
import { deletePreset, listPresets, putPreset } from '@star-graph/core/people/identity/accounts/presets';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

export const createPresetHandlers = ({ database }: Pick<ApiDeps, 'database'>) =>
  defineHandlers({
    async listPresets({ caller }) {
      return { items: (await listPresets(database, caller.account.id)).map(present) };
    },
    async putPreset({ body, caller }) {
      const named = { ...body, draft: JSON.stringify(body.draft) };
      return present(await putPreset(database, caller.account.id, named));
    },
    async deletePreset({ params, caller }) {
      await deletePreset(database, caller.account.id, params.id);
      return undefined;
    },
  });

const present = ({ id, workflow, name, draft }: Preset): PresetView => ({
  id,
  workflow,
  name,
  draft: JSON.parse(draft),
});
