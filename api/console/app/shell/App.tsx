import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { ErrorState } from '../../../ui/feedback/EmptyState.tsx';
import { Toaster } from '../../../ui/overlays/toasts.tsx';
import { loadPart } from '../../../ui/parts/loadPart.tsx';
import { defineTexts } from '../../../ui/texts/defineTexts.ts';
import { describeProblem } from '../problems/problemText.ts';
import { resumeSession, session } from '../session/session.ts';
import { NotFound } from '../views/NotFound.tsx';
import { viewRoutes } from '../views/routes.ts';
import { Shell } from './Shell.tsx';

const texts = defineTexts({
  unreachable: { en: 'The server does not answer', 'zh-CN': '服务器没有回应' },
  again: { en: 'Try again', 'zh-CN': '重试' },
});

const SignIn = loadPart(async () => (await import('../views/signIn/SignIn.tsx')).SignIn);

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
        {now.state === 'signedOut' && <SignIn />}
        {now.state === 'unreachable' && (
          <ErrorState
            title={texts.unreachable}
            action={{ label: texts.again, onAction: () => void resumeSession() }}
          >
            {describeProblem(now.error)}
          </ErrorState>
        )}
      </ErrorBoundary>
      <Toaster />
    </LocationProvider>
  );
}
