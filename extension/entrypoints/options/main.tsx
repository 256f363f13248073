import { OptionsPage } from '../../features/panel/options/OptionsPage.tsx';
import { WelcomePage } from '../../features/panel/options/WelcomePage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

// One document for both: the bundler wants another one for each page of its own.
if (new URLSearchParams(location.search).has('welcome')) mountPage('welcomeTitle', <WelcomePage />);
else mountPage('optionsTitle', <OptionsPage />);
