import type { DraftView } from '@star-graph/contract/users/drafts';
import { mostDraftCharacters, type PresetView } from '@star-graph/contract/users/presets';
import type { Draft, Preset } from '@star-graph/core/ground/db/models/user';
import { changeDraft, listDrafts } from '@star-graph/core/people/identity/accounts/drafts';
import { deletePreset, listPresets, putPreset } from '@star-graph/core/people/identity/accounts/presets';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

export const createPresetHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    async listPresets({ caller }) {
      return { items: (await listPresets(deps.database, caller.account.id)).map(present) };
    },
    async putPreset({ body, caller }) {
      const named = { ...body, draft: JSON.stringify(body.draft) };
      return present(await putPreset(deps.database, caller.account.id, named));
    },
    async deletePreset({ params, caller }) {
      await deletePreset(deps.database, caller.account.id, params.id);
      return undefined;
    },
    async listDrafts({ caller }) {
      return { items: (await listDrafts(deps.database, caller.account.id)).map(presentDraft) };
    },
    async changeDraft({ body, caller }) {
      return presentDraft(await changeDraft(deps, caller.account.id, body, mostDraftCharacters));
    },
  });

const present = ({ id, workflow, name, draft }: Preset): PresetView => ({
  id,
  workflow,
  name,
  draft: JSON.parse(draft),
});

const presentDraft = ({ workflow, draft, changedAt }: Draft): DraftView => ({
  workflow,
  draft: JSON.parse(draft),
  changedAt: changedAt.toISOString(),
});
