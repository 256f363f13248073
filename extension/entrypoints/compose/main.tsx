import { BatchPage } from '../../features/panel/compose/BatchPage.tsx';
import { CancelPage } from '../../features/panel/compose/CancelPage.tsx';
import { ComposePage } from '../../features/panel/compose/ComposePage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

const query = new URLSearchParams(location.search);
const [batchId, cancelledId] = [query.get('batch'), query.get('cancel')];
if (batchId) mountPage('batchTitle', <BatchPage batchId={batchId} />);
else if (cancelledId) mountPage('cancelTitle', <CancelPage runId={cancelledId} />);
else mountPage('img2img', <ComposePage />);
