import { OptionsPage } from '../../features/panel/OptionsPage.tsx';
import { WelcomePage } from '../../features/panel/WelcomePage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

// Both pages share one document: the bundler needs another for each page of its own.
if (new URLSearchParams(location.search).has('welcome')) mountPage('welcomeTitle', <WelcomePage />);
else mountPage('optionsTitle', <OptionsPage />);
