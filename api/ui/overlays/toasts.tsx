import type { toastStore } from './toastStore.ts';

export interface ToastAct {
  label: string;
  onAction: () => void;
}

interface ToastOptions {
  /** What happened, in a sentence. */
  text: string;
  /** What to do about it. */
  detail?: string | undefined;
  tone?: 'plain' | 'good' | 'bad';
  /** The way back or out: Undo, Try again. */
  action?: ToastAct;
  /** Another way, beside the first. */
  second?: ToastAct;
  /** How long it stays; what can be undone or has failed stays longer. */
  durationMs?: number;
  /** A second toast of the same id takes the place of the first. */
  id?: string;
}

/** The tones under the names of the toast machine. */
const kinds = { plain: 'info', good: 'success', bad: 'error' } as const;

/** Shows a toast. What keeps them is large and comes with the first, so that no page begins with it. */
export function showToast(options: ToastOptions): void {
  import('./toastStore.ts').then(
    ({ toastStore }) => show(toastStore, options),
    (error: unknown) => console.warn(`a toast did not arrive: ${options.text}`, error),
  );
}

function show(store: typeof toastStore, options: ToastOptions): void {
  const { id, text, detail, tone = 'plain', action, second } = options;
  const durationMs = options.durationMs ?? (action || tone === 'bad' ? 10_000 : 5_000);
  const data = {
    title: text,
    description: detail,
    type: kinds[tone],
    duration: durationMs,
    ...(action && { action: { label: action.label, onClick: action.onAction } }),
    meta: { second },
  };
  if (id !== undefined && store.isVisible(id)) store.update(id, data);
  else store.create({ ...data, ...(id !== undefined && { id }) });
}
