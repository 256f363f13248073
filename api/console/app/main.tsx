import './activity/heldStorage.ts';
import { render } from 'preact';
import '@star-graph/ui/tokens.css';
import '@star-graph/ui/base.css';
import { dropKeyRepeats } from '@star-graph/ui/paid/keyRepeats';
import { failEntry, isInDiscord } from './activity/inDiscord.ts';
import { openCatalogue, openWorkflows } from './data/catalogue.ts';
import { arrive } from './session/arrival.ts';
import { showLanguage } from './session/languageChoice.ts';
import { wasSignedIn, whenRenewed } from './session/session.ts';
import { App } from './shell/App.tsx';
import { registerWorker } from './shell/registerWorker.ts';
import './shell/beginning.css';
import { isHere, listDestinations } from './shell/navigation.ts';
import { fetchView } from './shell/routes.ts';
import { showTheme } from './shell/theme.ts';

/** Every view wants the workflows, and they are the longest answer. Who needs them says so when they fail. */
const askAhead = () => {
  const [first] = listDestinations();
  if (first && isHere(first, location.pathname)) void openCatalogue();
  else openWorkflows().catch(() => {});
};

dropKeyRepeats(document);
showLanguage();
showTheme();
if (isInDiscord) void import('./activity/enter.ts').then(({ enter }) => enter(), failEntry);
else {
  if (wasSignedIn()) fetchView(location.pathname);
  void whenRenewed.then(askAhead);
  void arrive();
}
// A link that is pasted into the address of this page loads nothing.
addEventListener('hashchange', () => location.hash.startsWith('#welcome=') && void arrive());
const place = document.getElementById('app');
if (place) render(<App />, place);
// Discord's frame allows none.
if (!isInDiscord) registerWorker();
