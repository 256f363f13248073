import { PopupPage } from '../../features/panel/PopupPage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

document.body.classList.toggle('in-window', location.search === '?window');
mountPage('extensionName', <PopupPage />);
