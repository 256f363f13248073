import * as popover from '@zag-js/popover';
import { normalizeProps, useMachine } from '@zag-js/preact';
import type { ComponentChild, ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Overlay, type TriggerAttributes, useSurroundings } from './OverlayPlace.tsx';
import './floats.css';

interface PopoverProps {
  trigger: (attributes: TriggerAttributes) => ComponentChild;
  title?: string;
  /** Built when it opens; `close` for a choice that ends it. */
  children: (close: () => void) => ComponentChildren;
  placement?: 'bottom-start' | 'bottom-end' | 'bottom' | 'top-start' | 'top-end' | 'top' | 'right-start';
  /** Set where something else opens the popover too. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export function Popover(props: PopoverProps) {
  const { trigger, title, children, placement = 'bottom-start', open, onOpenChange } = props;
  const service = useMachine(popover.machine, {
    id: useId(),
    ...useSurroundings(),
    ...(open === undefined ? {} : { open }),
    onOpenChange: (details) => onOpenChange?.(details.open),
    positioning: { placement, gutter: 6, strategy: 'fixed' },
  });
  const api = popover.connect(service, normalizeProps);
  return (
    <>
      {trigger(api.getTriggerProps() as TriggerAttributes)}
      {api.open && (
        <Overlay>
          <div {...api.getPositionerProps()} class="sg-float-place">
            <div {...api.getContentProps()} class="sg-float sg-popover">
              {title && (
                <h3 {...api.getTitleProps()} class="sg-popover-title">
                  {title}
                </h3>
              )}
              {children(() => api.setOpen(false))}
            </div>
          </div>
        </Overlay>
      )}
    </>
  );
}
