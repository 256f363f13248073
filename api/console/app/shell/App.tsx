import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { whenShown } from '../data/whenShown.ts';
import { askedPresence, dropPresence } from '../session/presence.ts';
import { session } from '../session/session.ts';
import { NotFound } from '../views/NotFound.tsx';
import { viewRoutes } from '../views/routes.ts';
import { Shell } from './Shell.tsx';
import { Unreachable } from './Unreachable.tsx';

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

/** A toast waits until then. */
const Toaster = loadPart(async () => {
  await whenShown();
  return (await import('@star-graph/ui/overlays/Toaster.tsx')).Toaster;
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
        {now.state === 'signedOut' && <SignIn />}
        {now.state === 'unreachable' && <Unreachable error={now.error} />}
      </ErrorBoundary>
      {now.state === 'signedIn' && <Toaster />}
      {now.state === 'signedIn' && askedPresence.value && <PresenceDialog />}
    </LocationProvider>
  );
}
