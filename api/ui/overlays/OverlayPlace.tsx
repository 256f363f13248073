import { type ComponentChildren, createContext, type JSX } from 'preact';
import { createPortal } from 'preact/compat';
import { useContext } from 'preact/hooks';

/**
 * Where overlays are put: the end of the page, or an element inside a shadow root, where the page's own rules do not
 * reach. The provider's value is that element.
 */
export const OverlayPlace = createContext<HTMLElement | undefined>(undefined);

/** What every machine has to know of its page. */
export function useSurroundings(): { dir: 'ltr' | 'rtl'; getRootNode?: () => Node } {
  const place = useContext(OverlayPlace);
  const dir = document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr';
  return place ? { dir, getRootNode: () => place.getRootNode() } : { dir };
}

/** What makes a Button or IconButton open something. */
export type TriggerAttributes = Omit<
  JSX.IntrinsicElements['button'],
  'id' | 'class' | 'className' | 'size' | 'icon' | 'label' | 'title' | 'children'
> & { id?: string };

/** Built when something opens, and gone when it closes. */
export function Overlay({ children }: { children: ComponentChildren }) {
  const place = useContext(OverlayPlace) ?? document.body;
  return createPortal(children, place);
}
