import { writeValue } from '@star-graph/ui/form/formDraft';
import type { TargetedKeyboardEvent } from 'preact';
import type { Studio } from '../studioTypes.ts';
import { weigh } from './weigh.ts';

const params = ['prompt', 'negativePrompt'];

/** Ctrl ↑ and ↓ in a field of words make what is selected count more or less. */
export function pressWeightKey(
  { form, changeDraft }: Studio,
  event: TargetedKeyboardEvent<HTMLElement>,
): void {
  const { key, ctrlKey, metaKey, target } = event;
  if (!(ctrlKey || metaKey) || (key !== 'ArrowUp' && key !== 'ArrowDown')) return;
  if (!(target instanceof HTMLTextAreaElement) || !params.includes(target.name)) return;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = target;
  const next = weigh({ text: value, start: selectionStart, end: selectionEnd }, key === 'ArrowUp' ? 1 : -1);
  if (next.text === value) return;
  // Written at once, so that the selection has its place before the form is drawn.
  target.value = next.text;
  target.setSelectionRange(next.start, next.end);
  changeDraft((draft) => writeValue(form, draft, target.name, next.text));
}
