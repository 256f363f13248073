import * as dialog from '@zag-js/dialog';
import { normalizeProps, useMachine } from '@zag-js/preact';
import { X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { Button } from '../controls/Button.tsx';
import { IconButton } from '../controls/IconButton.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { Overlay, useSurroundings } from './OverlayPlace.tsx';
import './Dialog.css';

const texts = defineTexts({
  close: { en: 'Close', 'zh-CN': '关闭' },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
});

export interface DialogProps {
  open: boolean;
  /** Asked for by Esc, by the button, or by a press outside. */
  onClose: () => void;
  title: ComponentChildren;
  /** Under the title, and read with it. */
  description?: ComponentChildren;
  children?: ComponentChildren;
  /** Buttons, the chief one last. */
  footer?: ComponentChildren;
  size?: 'small' | 'medium' | 'large';
  /** A press outside does not close it: something half typed would be lost. */
  persistent?: boolean;
  /** What has the focus first; else the first field or button. */
  initialFocus?: () => HTMLElement | null;
}

interface ModalProps extends DialogProps {
  look: 'dialog' | 'drawer';
  role?: 'dialog' | 'alertdialog';
}

/** The first thing to fill in or to press; on a phone nothing, since a keyboard would cover half of the sheet. */
function findFirst(content: HTMLElement | null): HTMLElement | null {
  if (matchMedia('(pointer: coarse)').matches) return content;
  const inside = (place: string) => `${place} :is(input, textarea, select, button, a[href]):not(:disabled)`;
  for (const place of ['.sg-modal-body', '.sg-modal-foot']) {
    const found = content?.querySelector<HTMLElement>(inside(place));
    if (found) return found;
  }
  return content;
}

/** A dialog and a drawer are the same machine, and both are sheets from below on a phone. */
export function Modal(props: ModalProps) {
  const { open, onClose, title, description, children, footer, size = 'medium', look } = props;
  const content = useRef<HTMLDivElement>(null);
  const service = useMachine(dialog.machine, {
    id: useId(),
    ...useSurroundings(),
    open,
    role: props.role ?? 'dialog',
    closeOnInteractOutside: !props.persistent,
    initialFocusEl: props.initialFocus ?? (() => findFirst(content.current)),
    onOpenChange: (details) => {
      if (!details.open) onClose();
    },
  });
  const api = dialog.connect(service, normalizeProps);
  if (!api.open) return null;
  return (
    <Overlay>
      <div {...api.getBackdropProps()} class="sg-backdrop" />
      <div {...api.getPositionerProps()} class={`sg-modal-place sg-modal-place-${look}`}>
        <div {...api.getContentProps()} ref={content} class={`sg-modal sg-${look} sg-modal-${size}`}>
          <header class="sg-modal-head">
            <div class="sg-modal-titles">
              <h2 {...api.getTitleProps()} class="sg-modal-title" dir="auto">
                {title}
              </h2>
              {description && (
                <div {...api.getDescriptionProps()} class="sg-quiet">
                  {description}
                </div>
              )}
            </div>
            {props.role !== 'alertdialog' && (
              <IconButton icon={X} label={texts.close} size="small" onClick={onClose} />
            )}
          </header>
          {children && <div class="sg-modal-body">{children}</div>}
          {footer && <footer class="sg-modal-foot">{footer}</footer>}
        </div>
      </div>
    </Overlay>
  );
}

export const Dialog = (props: DialogProps) => <Modal {...props} look="dialog" />;

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  children?: ComponentChildren;
  /** A verb: Delete, Send 40 credits. */
  confirmLabel: string;
  danger?: boolean;
  busy?: boolean;
}

/** Only where money or other people are touched; all else is done and can be undone. */
export const ConfirmDialog = (props: ConfirmDialogProps) => (
  <Modal
    look="dialog"
    role="alertdialog"
    size="small"
    open={props.open}
    onClose={props.onClose}
    title={props.title}
    description={props.children}
    footer={
      <>
        <Button onClick={props.onClose}>{texts.cancel}</Button>
        <Button
          look="primary"
          class={props.danger ? 'sg-button-destructive' : undefined}
          busy={props.busy ?? false}
          onClick={props.onConfirm}
        >
          {props.confirmLabel}
        </Button>
      </>
    }
  />
);
