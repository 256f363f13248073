import { BatchPage } from '../../features/panel/BatchPage.tsx';
import { CancelPage } from '../../features/panel/CancelPage.tsx';
import { ComposePage } from '../../features/panel/ComposePage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

const query = new URLSearchParams(location.search);
const [batchId, cancelledId] = [query.get('batch'), query.get('cancel')];
if (batchId) mountPage('batchTitle', <BatchPage batchId={batchId} />);
else if (cancelledId) mountPage('cancelTitle', <CancelPage runId={cancelledId} />);
else mountPage('img2img', <ComposePage />);
