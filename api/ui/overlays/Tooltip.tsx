import { mergeProps, normalizeProps, useMachine } from '@zag-js/preact';
import * as tooltip from '@zag-js/tooltip';
import { cloneElement, type VNode } from 'preact';
import { useId } from 'preact/hooks';
import { Overlay, type TriggerAttributes, useSurroundings } from './OverlayPlace.tsx';
import './floats.css';

export interface TooltipProps {
  text: string;
  /** At the end, small: the key that does the same. */
  shortcut?: string;
  placement?: 'top' | 'bottom' | 'left' | 'right';
  /** One control, which takes the attributes of a button. */
  children: VNode<{ id?: string; title?: string }>;
}

/** More words than a label has. It is never the only place where something is said: a finger sees none. */
export function Tooltip({ text, shortcut, placement = 'top', children }: TooltipProps) {
  const own = useId();
  const service = useMachine(tooltip.machine, {
    id: own,
    ...useSurroundings(),
    ids: { trigger: children.props.id ?? `${own}-trigger` },
    openDelay: 400,
    closeDelay: 80,
    positioning: { placement, gutter: 6, strategy: 'fixed' },
  });
  const api = tooltip.connect(service, normalizeProps);
  const attributes = mergeProps<object>(children.props, api.getTriggerProps() as TriggerAttributes, {
    title: '',
  });
  return (
    <>
      {cloneElement(children, attributes as typeof children.props)}
      {api.open && (
        <Overlay>
          <div {...api.getPositionerProps()} class="sg-float-place">
            <div {...api.getContentProps()} class="sg-tooltip sg-dark">
              {text}
              {shortcut && <kbd>{shortcut}</kbd>}
            </div>
          </div>
        </Overlay>
      )}
    </>
  );
}
