import { ErrorState, OfflineState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { question } from '@star-graph/ui/paid/pressPaid';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { useEffect } from 'preact/hooks';
import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { failEntry, isInDiscord } from '../activity/inDiscord.ts';
import { describeProblem } from '../data/problemText.ts';
import { whenShown } from '../data/whenShown.ts';
import { askedPresence, dropPresence } from '../session/presence.ts';
import { session, signInApi } from '../session/session.ts';
import { NotFound } from './NotFound.tsx';
import { viewRoutes } from './routes.ts';
import { Shell } from './Shell.tsx';
import { useOnline } from './useOnline.ts';

const SignIn = loadPart(async () => {
  try {
    return (await import('../views/signIn/SignIn.tsx')).SignIn;
  } catch (error) {
    session.value = { state: 'unreachable', error };
    throw error;
  }
});

/** Asks for the person, where they begin something that needs them. */
const PresenceDialog = loadPart(async () => {
  try {
    return (await import('../views/account/PresenceDialog.tsx')).PresenceDialog;
  } catch (error) {
    dropPresence();
    throw error;
  }
});

/** Discord signs in there. */
const ActivityGate = loadPart(async () => {
  try {
    return (await import('../activity/ActivityGate.tsx')).ActivityGate;
  } catch (error) {
    failEntry(error);
    throw error;
  }
});

/** A toast waits until then. */
const Toaster = loadPart(async () => {
  await whenShown();
  return (await import('@star-graph/ui/overlays/Toaster.tsx')).Toaster;
});

/** Few are ever asked. A question that cannot be shown is a no. */
const PaidQuestion = loadPart(async () => {
  try {
    return (await import('@star-graph/ui/paid/PaidQuestion.tsx')).PaidQuestion;
  } catch (error) {
    question.value?.answer(false);
    throw error;
  }
});

/** Whoever is signed in sees the views; everybody else the sign-in, at whatever address they are. */
export function App() {
  const now = session.value;
  return (
    <LocationProvider>
      <ErrorBoundary>
        {now.state === 'signedIn' && (
          <Shell>
            <Router>
              {viewRoutes.map(({ path, component }) => (
                <Route key={path} path={path} component={component} />
              ))}
              <Route default component={NotFound} />
            </Router>
          </Shell>
        )}
        {now.state === 'signedOut' && !isInDiscord && <SignIn />}
        {isInDiscord && now.state !== 'signedIn' && <ActivityGate />}
        {now.state === 'unreachable' && !isInDiscord && <Unreachable error={now.error} />}
      </ErrorBoundary>
      {now.state === 'signedIn' && <Toaster />}
      {now.state === 'signedIn' && question.value && <PaidQuestion />}
      {now.state === 'signedIn' && askedPresence.value && <PresenceDialog />}
    </LocationProvider>
  );
}

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
function Unreachable({ error }: { error: unknown }) {
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
