import { ErrorState, OfflineState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { useEffect } from 'preact/hooks';
import { describeProblem } from '../data/problemText.ts';
import { signInApi } from '../session/session.ts';
import { useOnline } from './useOnline.ts';

const texts = defineTexts({
  unreachable: { en: 'The server isn’t responding', 'zh-CN': '服务器无响应' },
  again: { en: 'Try again', 'zh-CN': '重试' },
});

/** How often the server is looked for; the browser does not always tell that there is a network again. */
const lookEveryMs = 4_000;

const look = () =>
  signInApi.listAnnouncements().then(
    () => location.reload(),
    // The words that are shown stay true.
    () => {},
  );

/**
 * Nobody could be asked who is here, or the sign-in did not arrive. Once the server is there, the page begins anew:
 * some browsers remember for a page's life that a script did not arrive.
 */
export function Unreachable({ error }: { error: unknown }) {
  const isOnline = useOnline();
  useEffect(() => {
    const timer = setInterval(look, lookEveryMs);
    addEventListener('online', look);
    return () => {
      clearInterval(timer);
      removeEventListener('online', look);
    };
  }, []);
  if (!isOnline) return <OfflineState />;
  return (
    <ErrorState title={texts.unreachable} action={{ label: texts.again, onAction: look }}>
      {describeProblem(error)}
    </ErrorState>
  );
}
