import type { ComponentType } from 'preact';
import { useContext, useEffect, useId, useLayoutEffect, useState } from 'preact/hooks';
import { OverlayPlace, type TriggerAttributes } from './overlays/OverlayPlace.tsx';
import { whenIdle } from './whenIdle.ts';

/** Of a control that opens something, whole or not. */
export interface PressedProps {
  /** Its button has this id, by which it is pressed. */
  triggerId: string;
}

interface StandingProps extends PressedProps {
  /** The attributes of the button that stands in its place until it is loaded. */
  attributes: TriggerAttributes;
}

/** What was done to the button: a key, or a press of a pointer. */
interface Press {
  key: string | undefined;
}

/** Keys that open something. */
export const isOpeningKey = ({ key }: KeyboardEvent): boolean =>
  key === 'Enter' || key === ' ' || key === 'ArrowDown' || key === 'ArrowUp';

/**
 * A control that opens something, and whose script nobody needs to see it closed. A plain button stands in its place
 * until it is pressed. The script is fetched when the page has nothing else to do or somebody reaches for the button,
 * and what was pressed is pressed again when it has come.
 */
export function pressPart<Props extends object>(
  fetchPart: () => Promise<ComponentType<Props & PressedProps>>,
  Standing: ComponentType<Props & StandingProps>,
  isPress: (event: KeyboardEvent) => boolean = isOpeningKey,
): ComponentType<Props & Partial<PressedProps>> {
  let known: ComponentType<Props & PressedProps> | undefined;
  let coming: Promise<void> | undefined;
  const fetchOnce = (): Promise<void> => {
    coming ??= fetchPart().then(
      (part) => {
        known = part;
      },
      (error: unknown) => {
        // The next one who reaches for it asks again.
        coming = undefined;
        console.warn('a part of the page did not arrive', error);
      },
    );
    return coming;
  };
  const prepare = (): void => void fetchOnce();

  return function Part(props: Props & Partial<PressedProps>) {
    const own = useId();
    const triggerId = props.triggerId ?? own;
    const place = useContext(OverlayPlace);
    const [press, setPress] = useState<Press>();
    const [isWhole, setWhole] = useState(false);
    const rootOf = () => (place?.getRootNode() ?? document) as Document | ShadowRoot;
    useEffect(() => whenIdle(prepare), []);
    const take = async (next: Press): Promise<void> => {
      if (press) return;
      setPress(next);
      await fetchOnce();
      const { activeElement } = rootOf();
      const isWanted = !activeElement || activeElement.id === triggerId || activeElement === document.body;
      // Who has gone on meanwhile is not called back.
      if (!known || !isWanted) setPress(undefined);
      if (known) setWhole(true);
    };
    useLayoutEffect(() => {
      const trigger = rootOf().getElementById(triggerId);
      if (!isWhole || !press || !trigger) return;
      trigger.focus({ preventScroll: true });
      if (press.key === undefined) trigger.click();
      else
        trigger.dispatchEvent(
          new KeyboardEvent('keydown', { key: press.key, bubbles: true, cancelable: true }),
        );
    }, [isWhole]);
    const Whole = known;
    if (isWhole && Whole) return <Whole {...props} triggerId={triggerId} />;
    const attributes: TriggerAttributes = {
      id: triggerId,
      'aria-expanded': false,
      'aria-busy': press !== undefined || undefined,
      onPointerEnter: prepare,
      onFocus: prepare,
      onClick: () => void take({ key: undefined }),
      onKeyDown(event) {
        if (event.ctrlKey || event.metaKey || !isPress(event)) return;
        event.preventDefault();
        void take({ key: event.key });
      },
    };
    return <Standing {...props} triggerId={triggerId} attributes={attributes} />;
  };
}
