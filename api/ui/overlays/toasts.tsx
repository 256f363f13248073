import { createStore } from '@zag-js/toast';

/** What waits to be shown by the Toaster, which may come later than the first of them. */
export const toastStore = createStore({
  placement: 'bottom',
  max: 4,
  gap: 8,
  overlap: false,
  removeDelay: 0,
});

interface ToastOptions {
  /** What happened, in a sentence. */
  text: string;
  /** What to do about it. */
  detail?: string | undefined;
  tone?: 'plain' | 'good' | 'bad';
  /** The way back or out: Undo, Try again. */
  action?: { label: string; onAction: () => void };
  /** How long it stays; what can be undone or has failed stays longer. */
  durationMs?: number;
  /** A second toast of the same id takes the place of the first. */
  id?: string;
}

/** The tones under the names of the toast machine. */
const kinds = { plain: 'info', good: 'success', bad: 'error' } as const;

/** Shows a toast, and returns its id for `closeToast`. */
export function showToast(options: ToastOptions): string {
  const { id, text, detail, tone = 'plain', action } = options;
  const durationMs = options.durationMs ?? (action || tone === 'bad' ? 10_000 : 5_000);
  const data = {
    title: text,
    description: detail,
    type: kinds[tone],
    duration: durationMs,
    ...(action && { action: { label: action.label, onClick: action.onAction } }),
  };
  if (id !== undefined && toastStore.isVisible(id)) return toastStore.update(id, data);
  return toastStore.create({ ...data, ...(id !== undefined && { id }) });
}
