import { normalizeProps, useMachine } from '@zag-js/preact';
import * as toast from '@zag-js/toast';
import { CircleAlert, CircleCheck, X } from 'lucide';
import { useId } from 'preact/hooks';
import { IconButton } from '../controls/IconButton.tsx';
import { Icon } from '../Icon.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { toastStore as store } from './toastStore.ts';
import type { ToastAct } from './toasts.tsx';
import './toasts.css';

const texts = defineTexts({
  news: { en: 'Notifications', 'zh-CN': '通知' },
  close: { en: 'Close', 'zh-CN': '关闭' },
});

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
  const second = options.meta?.second as ToastAct | undefined;
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
      {second && (
        <button
          type="button"
          class="sg-toast-action"
          onClick={() => {
            second.onAction();
            api.dismiss();
          }}
        >
          {second.label}
        </button>
      )}
      <IconButton icon={X} size="small" label={texts.close} onClick={api.dismiss} />
      <span {...api.getGhostAfterProps()} />
    </div>
  );
}
