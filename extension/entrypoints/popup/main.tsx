import { PopupPage } from '../../features/panel/popup/PopupPage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

mountPage('extensionName', <PopupPage />);
