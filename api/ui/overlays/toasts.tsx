import { normalizeProps, useMachine } from '@zag-js/preact';
import * as toast from '@zag-js/toast';
import { CircleAlert, CircleCheck, X } from 'lucide';
import { useId } from 'preact/hooks';
import { IconButton } from '../controls/IconButton.tsx';
import { Icon } from '../icons/Icon.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import './toasts.css';

const texts = defineTexts({
  news: { en: 'Notifications', 'zh-CN': '通知' },
  close: { en: 'Close', 'zh-CN': '关闭' },
});

const store = toast.createStore({ placement: 'bottom', max: 4, gap: 8, overlap: false, removeDelay: 0 });

export interface ToastOptions {
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

/** As the machine calls them. */
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
  if (id !== undefined && store.isVisible(id)) return store.update(id, data);
  return store.create({ ...data, ...(id !== undefined && { id }) });
}

export const closeToast = (id: string): void => store.dismiss(id);

/** Once a page, near its root. */
export function Toaster() {
  const service = useMachine(toast.group.machine, { id: useId(), store });
  const api = toast.group.connect(service, normalizeProps);
  return (
    <section {...api.getGroupProps()} class="sg-toasts" aria-label={texts.news}>
      {api.getToasts().map((each, index) => (
        <Toast key={each.id} options={each} index={index} parent={service} />
      ))}
    </section>
  );
}

const icons = { success: CircleCheck, error: CircleAlert };

function Toast(props: { options: toast.Props; index: number; parent: toast.GroupService }) {
  const { options, index, parent } = props;
  const service = useMachine(toast.machine, { ...options, parent, index });
  const api = toast.connect(service, normalizeProps);
  const icon = icons[api.type as keyof typeof icons];
  return (
    <div {...api.getRootProps()} class={`sg-toast sg-dark sg-toast-${api.type}`}>
      <span {...api.getGhostBeforeProps()} />
      {icon && <Icon icon={icon} size={20} />}
      <div class="sg-toast-words">
        <div {...api.getTitleProps()}>{api.title}</div>
        {api.description && (
          <div {...api.getDescriptionProps()} class="sg-toast-detail">
            {api.description}
          </div>
        )}
      </div>
      {options.action && (
        <button {...api.getActionTriggerProps()} class="sg-toast-action">
          {options.action.label}
        </button>
      )}
      <IconButton icon={X} size="small" label={texts.close} onClick={api.dismiss} />
      <span {...api.getGhostAfterProps()} />
    </div>
  );
}
