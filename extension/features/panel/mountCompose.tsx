import { AgainPage } from '../../features/panel/compose/AgainPage.tsx';
import { BatchPage } from '../../features/panel/compose/BatchPage.tsx';
import { CancelPage } from '../../features/panel/compose/CancelPage.tsx';
import { ComposePage } from '../../features/panel/compose/ComposePage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

const query = new URLSearchParams(location.search);
const [batchId, cancelledId, madeId] = [query.get('batch'), query.get('cancel'), query.get('again')];
if (batchId) mountPage('batchTitle', <BatchPage batchId={batchId} />);
else if (cancelledId) mountPage('cancelTitle', <CancelPage runId={cancelledId} />);
else if (madeId) mountPage('againTitle', <AgainPage taskId={madeId} runId={query.get('run') ?? undefined} />);
else mountPage('img2img', <ComposePage />);
