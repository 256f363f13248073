import { writeValue } from '@star-graph/ui/form/formDraft';
import { api } from '../../session/session.ts';
import { draftOf } from './draft/drafts.ts';
import { filledIn } from './draft/filledIn.ts';
import { findSettings, recallBrought } from './pictures/broughtSettings.ts';
import { firstFrame } from './pictures/firstFrame.ts';
import { findNeeded, mediaOf, placePicture, placePublished } from './pictures/placePicture.ts';
import { toAssetValue } from './pictures/sendPicture.ts';
import { startUpload } from './pictures/uploads.ts';
import { recallSettings } from './recall.ts';
import { remixing } from './remixing.ts';
import type { Studio } from './studioTypes.ts';
import { texts } from './texts.ts';
import { assetParamsOf, chooseWorkflow } from './workflows/groupWorkflows.ts';

/** What links of other views bring. */
export interface Brought {
  /** A task whose settings fill the form. */
  from?: string;
  /** A picture or film for the form of the address. */
  input?: string;
  /** A picture whose file may say how it was made. */
  settings?: string;
  /** A text that becomes the prompt of the form of the address. */
  text?: string;
  /** What somebody has published. */
  remix?: string;
  /** Words of a shared picture. */
  prompt?: string;
}

/** @returns what is wrong, in words. */
export function take(
  studio: Studio,
  { from, settings, text, remix, prompt, input = '' }: Brought,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (from) return takeSettings(studio, from, signal);
  if (settings) return takeFileSettings(studio, settings, signal);
  if (text) return takeText(studio, text, signal);
  if (remix) return takePublished(studio, remix, signal);
  return prompt ? takePrompt(studio, prompt) : takeInput(studio, input, signal);
}

async function takeSettings(studio: Studio, id: string, signal: AbortSignal): Promise<string | undefined> {
  const task = await api.getTask({ params: { id } }, { signal });
  signal.throwIfAborted();
  return studio.recall(task) ? undefined : texts.recallGone;
}

async function takePrompt(studio: Studio, prompt: string): Promise<string | undefined> {
  const name = chooseWorkflow(studio.listed, 'text2img')?.name ?? '';
  return studio.recall({ workflow: { name }, params: { prompt } }) ? undefined : texts.recallGone;
}

async function takePublished(studio: Studio, id: string, signal: AbortSignal): Promise<string | undefined> {
  const { taskId: parentId, asset, ...made } = await api.getPublication({ params: { id } }, { signal });
  signal.throwIfAborted();
  const recalled = recallSettings(studio, made);
  if (!recalled) return texts.recallGone;
  const media = mediaOf(asset.mime);
  // What it was made from is nobody else's, so it is the beginning itself, or its first frame.
  const own = placePublished(studio.listed, recalled, media);
  const place = own ?? (media === 'video' ? findNeeded(recalled, 'image') : undefined);
  const whole = place && (await readFile(asset, signal));
  const file = own || !whole ? whole : await firstFrame(whole, texts.published).catch(() => undefined);
  signal.throwIfAborted();
  if (place && place.workflow !== recalled.workflow)
    studio.fillIn(place.workflow, draftOf(studio.userId, place.workflow.name).value, texts.otherForm);
  else studio.fillIn(recalled.workflow, recalled.draft, own || !file ? texts.recalled : texts.firstFrame);
  const { name } = (place ?? recalled).workflow;
  remixing.value = { workflow: name, parentId };
  if (place && file)
    startUpload(file, ({ value }) => {
      const draft = draftOf(studio.userId, name);
      draft.value = writeValue({ runs: name }, draft.value, place.param, value);
    });
  return place && !file ? texts.notPublic : undefined;
}

async function readFile({ url, mime }: { url: string; mime: string }, signal: AbortSignal): Promise<File> {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`the published file answers ${answer.status}`);
  return new File([await answer.blob()], texts.published, { type: mime });
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
