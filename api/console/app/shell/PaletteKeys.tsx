import { signal } from '@preact/signals';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { useLayoutEffect } from 'preact/hooks';

const shown = signal<'palette' | 'shortcuts' | undefined>(undefined);
const close = () => {
  shown.value = undefined;
};
export const openPalette = (): void => {
  shown.value = 'palette';
};

const Palette = loadPart(async () => (await import('./Palette.tsx')).Palette);
const ShortcutSheet = loadPart(async () => (await import('./ShortcutSheet.tsx')).ShortcutSheet);

/** Ctrl-K (Cmd-K) finds, `?` tells the keys, wherever the focus is. What lies above the view is finished first. */
export function PaletteKeys() {
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const wanted = readKey(event);
      if (!wanted || event.defaultPrevented || document.querySelector('[aria-modal=true]')) return;
      event.preventDefault();
      shown.value = wanted;
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
      close();
    };
  }, []);
  return (
    <>
      {shown.value === 'palette' && <Palette onClose={close} />}
      {shown.value === 'shortcuts' && <ShortcutSheet onClose={close} />}
    </>
  );
}

function readKey(event: KeyboardEvent): 'palette' | 'shortcuts' | undefined {
  const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
  if (altKey || isComposing) return undefined;
  if (key.toLowerCase() === 'k' && ctrlKey !== metaKey && !shiftKey) return 'palette';
  const isTyping = (event.target as HTMLElement).closest('input, textarea, select, [contenteditable]');
  return key === '?' && !ctrlKey && !metaKey && !isTyping ? 'shortcuts' : undefined;
}
