import { OptionsPage } from '../../features/panel/OptionsPage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

mountPage('optionsTitle', <OptionsPage />);
