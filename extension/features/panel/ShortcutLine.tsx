import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../i18n/translate.ts';
import { openShortcutPage, readShortcut } from '../session/shortcut.ts';

/** The keys that enlarge the picture under the pointer, and the way to change them. */
export function ShortcutLine() {
  const [shortcut, setShortcut] = useState<string>();
  useEffect(() => {
    const look = () => void readShortcut().then(setShortcut);
    look();
    // Back from the browser's page.
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, []);
  if (shortcut === undefined) return null;
  return (
    <div class="setting" data-testid="shortcut">
      <span>
        {translate('labelled', translate('commandUpscale'))}
        {shortcut ? <kbd>{shortcut}</kbd> : translate('shortcutNone')}
      </span>
      <Button size="small" onClick={() => void openShortcutPage()}>
        {translate('shortcutChange')}
      </Button>
    </div>
  );
}
