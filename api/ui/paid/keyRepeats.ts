import { takesWords } from '../pictures/assetDrag.ts';

interface Key {
  key: string;
  repeat: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

/** Whether a held key would press something again. In a field for words it goes on writing. */
export const isRepeatedPress = ({ key, repeat, ctrlKey, metaKey }: Key, isWriting: boolean): boolean =>
  repeat && ((key === 'Enter' && (ctrlKey || metaKey)) || (!isWriting && (key === 'Enter' || key === ' ')));

/** A held key is one press, on all buttons, menus and forms of a page. Once a page, or a shadow root. */
export function dropKeyRepeats(place: Document | ShadowRoot): void {
  const drop = (event: KeyboardEvent) => {
    // Enter in a field of one line sends its form.
    const isLine = event.key === 'Enter' && event.target instanceof HTMLInputElement;
    if (!isRepeatedPress(event, takesWords(event.target) && !isLine)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  place.addEventListener('keydown', drop as EventListener, { capture: true });
}
