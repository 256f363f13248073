import { operations } from '@star-graph/client/operations.generated';
import { sendRequest } from '@star-graph/client/request';
import { saveBlob } from '../../../data/saveBlob.ts';
import { api } from '../../../session/session.ts';

/** Saves the statement as a file. A link could not: the request needs the session. @throws what the server refused */
export async function downloadStatement(): Promise<void> {
  const { path } = operations.exportTransfers;
  const answer = await sendRequest(api.deps, { method: 'GET', path, isRepeatable: true });
  saveBlob(await answer.blob(), 'star-graph-credits.csv');
}
