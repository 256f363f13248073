import { effect } from '@preact/signals';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { WritingView } from '@star-graph/contract/tasks/writing';
import { writeValue } from '@star-graph/ui/form/formDraft';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { pressPaid } from '@star-graph/ui/paid/pressPaid';
import { liveTasks, putTask } from '../../../data/live.ts';
import { describeProblem } from '../../../data/problemText.ts';
import { textModelCost } from '../../../data/textModel.ts';
import { api } from '../../../session/session.ts';
import { refreshBalance } from '../../../shell/balance.ts';
import type { Studio } from '../studioTypes.ts';
import { draftOf } from './drafts.ts';
import { texts } from './writeTexts.ts';

/** Puts a fuller prompt in the place of these words, if they still stand there when it comes. */
export const expandInto = (studio: Studio, prompt: string): Promise<boolean> =>
  pressPaid({
    operation: 'expandPrompt',
    values: prompt,
    findCost: () => askTextCost('expand-prompt', { prompt }),
    make: async () => {
      const text = await told(api.expandPrompt(prompt));
      if (text === undefined) return undefined;
      showExpanded(studio, prompt, text);
      return {};
    },
  });

function showExpanded(studio: Studio, prompt: string, text: string): void {
  const standing = String(draftOf(studio.userId, studio.workflow.name).value.values.prompt ?? '').trim();
  if (standing === prompt) putWords(studio, text, texts.expanded);
  else {
    const onAction = () => putWords(studio, text, texts.expanded);
    showToast({ text: texts.expandedMeanwhile, detail: text, action: { label: texts.useIt, onAction } });
  }
}

/** Puts a picture's words into the prompt of the open form; where that has none, they are shown to be copied. */
export const describeInto = (studio: Studio, assetId: string): Promise<boolean> =>
  pressPaid({
    operation: 'describeAsset',
    values: assetId,
    findCost: () => askTextCost('describe', { image: assetId }),
    make: async () => {
      const id = `describe ${assetId}`;
      showToast({ id, text: texts.describing });
      const text = await told(api.describeAsset(assetId), id);
      if (text === undefined) return undefined;
      showDescribed(studio, text, id);
      return {};
    },
  });

function showDescribed(studio: Studio, text: string, id: string): void {
  if (studio.form.fields.some(({ name }) => name === 'prompt')) putWords(studio, text, texts.described, id);
  else {
    const onAction = () => void navigator.clipboard.writeText(text);
    showToast({ id, text: texts.describedAlone, detail: text, action: { label: texts.copy, onAction } });
  }
}

const askTextCost = async (workflow: string, params: Readonly<Record<string, unknown>>): Promise<number> =>
  textModelCost.value ?? (await api.quote(workflow, params)).cost;

/** Undefined: it did not come, and the person was told why. */
async function told(asked: Promise<WritingView>, id?: string): Promise<string | undefined> {
  try {
    const { text, task } = await asked;
    if (text !== undefined) {
      // No event tells of what this cost.
      void refreshBalance();
      return text;
    }
    if (task === undefined) return undefined;
    putTask(task);
    await ended(task.id);
    const { outputs, error } = await api.getTask({ params: { id: task.id } });
    const words = outputs.find((output) => output.text !== undefined)?.text;
    if (words === undefined) sayBad(error?.detail ?? texts.noWords, id);
    return words;
  } catch (error) {
    sayBad(describeProblem(error), id);
    return undefined;
  }
}

const sayBad = (text: string, id?: string) =>
  showToast({ tone: 'bad', text, ...(id !== undefined && { id }) });

function ended(id: string): Promise<void> {
  const end = Promise.withResolvers<void>();
  const stop = effect(() => {
    const task: TaskView | undefined = liveTasks.value.get(id)?.task;
    if (task?.finishedAt) end.resolve();
  });
  return end.promise.finally(stop);
}

function putWords({ userId, workflow, form }: Studio, text: string, words: string, id?: string): void {
  const place = draftOf(userId, workflow.name);
  const before = place.value;
  place.value = writeValue(form, before, 'prompt', text);
  const onAction = () => {
    place.value = before;
  };
  const action = { label: texts.undo, onAction };
  showToast({ text: words, action, ...(id !== undefined && { id }) });
}
