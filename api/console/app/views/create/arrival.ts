import { ClientProblem } from '@star-graph/client/clientProblem';
import { writeValue } from '@star-graph/ui/form/formDraft';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../data/problemText.ts';
import { api } from '../../session/session.ts';
import { draftOf } from './draft/drafts.ts';
import { filledIn } from './draft/filledIn.ts';
import { findSettings, recallBrought } from './pictures/broughtSettings.ts';
import { mediaOf, placePicture } from './pictures/placePicture.ts';
import { toAssetValue } from './pictures/sendPicture.ts';
import type { Studio } from './studioTypes.ts';
import { texts } from './texts.ts';
import { assetParamsOf } from './workflows/groupWorkflows.ts';

/** What links of other views bring. */
interface Brought {
  /** A task whose settings fill the form. */
  from?: string;
  /** A picture or film for the form of the address. */
  input?: string;
  /** A picture whose file may say how it was made. */
  settings?: string;
  /** A text that becomes the prompt of the form of the address. */
  text?: string;
}

/** `/create?from=<task>`, `?settings=<asset>`, `?text=<asset>` and `/create/<workflow>?input=<asset>`, once for each address. */
export function useArrival(studio: Studio | undefined, { from, input, settings, text }: Brought): void {
  const { route } = useLocation();
  const leave = () => route(location.pathname, true);
  useEffect(() => {
    if (!studio || (!from && !input && !settings && !text)) return;
    const abort = new AbortController();
    const { signal } = abort;
    const take = from
      ? takeSettings(studio, from, signal)
      : settings
        ? takeFileSettings(studio, settings, signal)
        : text
          ? takeText(studio, text, signal)
          : takeInput(studio, input ?? '', abort.signal);
    take.then(
      (fault) => {
        if (abort.signal.aborted) return;
        if (fault !== undefined) showToast({ tone: 'bad', text: fault });
        if (fault !== undefined || input || text) leave();
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        showToast({ tone: 'bad', text: describeProblem(error) });
        // Another try at the same address may succeed, except where there is nothing.
        if (error instanceof ClientProblem) leave();
      },
    );
    return () => abort.abort();
  }, [from, input, settings, text, studio === undefined]);
}

/** @returns what is wrong, in words. */
async function takeSettings(studio: Studio, id: string, signal: AbortSignal): Promise<string | undefined> {
  const task = await api.getTask({ params: { id } }, { signal });
  signal.throwIfAborted();
  return studio.recall(task) ? undefined : texts.recallGone;
}

async function takeFileSettings(
  studio: Studio,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const asset = await api.getAsset({ params: { id } }, { signal });
  const brought = await findSettings(studio, asset);
  signal.throwIfAborted();
  if (!brought) return texts.noSettings;
  recallBrought(studio, brought);
  return undefined;
}

async function takeText(studio: Studio, id: string, signal: AbortSignal): Promise<string | undefined> {
  const { text } = await api.getAsset({ params: { id } }, { signal });
  signal.throwIfAborted();
  if (text === undefined) return texts.recallGone;
  const { form, changeDraft, recall } = studio;
  if (form.fields.some(({ name }) => name === 'prompt')) {
    changeDraft((draft) => writeValue(form, draft, 'prompt', text));
    return undefined;
  }
  return recall({ workflow: { name: 'text2img' }, params: { prompt: text } }) ? undefined : texts.noPlace;
}

async function takeInput(studio: Studio, id: string, signal: AbortSignal): Promise<string | undefined> {
  const asset = await api.getAsset({ params: { id } }, { signal });
  signal.throwIfAborted();
  const { userId, workflow, listed } = studio;
  const media = mediaOf(asset.mime);
  const own = assetParamsOf(workflow).find((one) => one.media === media);
  const open = { workflow, draft: draftOf(userId, workflow.name).value };
  const place = own ? { workflow, param: own.param } : media && placePicture(listed, open, media);
  if (!place) return texts.noPlace;
  const { name } = place.workflow;
  const { value } = draftOf(userId, name);
  const filled = writeValue({ runs: name }, value, place.param, toAssetValue(asset));
  if (own) {
    studio.changeDraft(() => filled);
    filledIn.value = name;
  } else studio.fillIn(place.workflow, filled, texts.otherForm);
  return undefined;
}
