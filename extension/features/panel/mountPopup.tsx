import { PopupPage } from '../../features/panel/PopupPage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

mountPage('extensionName', <PopupPage />);
