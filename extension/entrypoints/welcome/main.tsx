import { WelcomePage } from '../../features/panel/WelcomePage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

mountPage('welcomeTitle', <WelcomePage />);
