import { BatchPage } from '../../features/panel/BatchPage.tsx';
import { ComposePage } from '../../features/panel/ComposePage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

const batchId = new URLSearchParams(location.search).get('batch');
if (batchId) mountPage('batchTitle', <BatchPage batchId={batchId} />);
else mountPage('img2img', <ComposePage />);
