import { ComposePage } from '../../features/panel/ComposePage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

mountPage('img2img', <ComposePage />);
