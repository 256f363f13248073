import { effect } from '@preact/signals';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { WritingView } from '@star-graph/contract/tasks/writing';
import { writeValue } from '@star-graph/ui/form/formDraft';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { liveTasks, putTask } from '../../../data/live.ts';
import { describeProblem } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';
import type { Studio } from '../studioTypes.ts';
import { texts } from '../texts.ts';
import { draftOf } from './drafts.ts';

/** Puts a fuller prompt in the place of these words, if they still stand there when it comes. */
export async function expandInto(studio: Studio, prompt: string): Promise<void> {
  const text = await told(api.expandPrompt({ body: { prompt } }));
  if (text === undefined) return;
  const standing = String(draftOf(studio.userId, studio.workflow.name).value.values.prompt ?? '').trim();
  if (standing === prompt) putWords(studio, text, texts.expanded);
  else {
    const onAction = () => putWords(studio, text, texts.expanded);
    showToast({ text: texts.expandedMeanwhile, detail: text, action: { label: texts.useIt, onAction } });
  }
}

/** Puts a picture's words into the prompt of the open form; where that has none, they are shown to be copied. */
export async function describeInto(studio: Studio, assetId: string): Promise<void> {
  showToast({ text: texts.describing });
  const text = await told(api.describeAsset({ params: { id: assetId } }));
  if (text === undefined) return;
  if (studio.form.fields.some(({ name }) => name === 'prompt')) putWords(studio, text, texts.described);
  else {
    const onAction = () => void navigator.clipboard.writeText(text);
    showToast({ text: texts.describedAlone, detail: text, action: { label: texts.copy, onAction } });
  }
}

/** Undefined: it did not come, and the person was told why. */
async function told(asked: Promise<WritingView>): Promise<string | undefined> {
  try {
    const { text, task } = await asked;
    if (text !== undefined) return text;
    if (task === undefined) return undefined;
    putTask(task);
    await ended(task.id);
    const { outputs, error } = await api.getTask({ params: { id: task.id } });
    const words = outputs.find((output) => output.text !== undefined)?.text;
    if (words === undefined) showToast({ tone: 'bad', text: error?.detail ?? texts.noWords });
    return words;
  } catch (error) {
    showToast({ tone: 'bad', text: describeProblem(error) });
    return undefined;
  }
}

function ended(id: string): Promise<void> {
  const end = Promise.withResolvers<void>();
  const stop = effect(() => {
    const task: TaskView | undefined = liveTasks.value.get(id)?.task;
    if (task?.finishedAt) end.resolve();
  });
  return end.promise.finally(stop);
}

function putWords({ userId, workflow, form }: Studio, text: string, words: string): void {
  const place = draftOf(userId, workflow.name);
  const before = place.value;
  place.value = writeValue(form, before, 'prompt', text);
  const onAction = () => {
    place.value = before;
  };
  showToast({ text: words, action: { label: texts.undo, onAction } });
}
