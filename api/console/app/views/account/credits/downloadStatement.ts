import { operations } from '../../../../../client/operations.generated.ts';
import { sendRequest } from '../../../../../client/request.ts';
import { api } from '../../../session/session.ts';

/** Browsers differ in when they have read it; so it is let go when the next is made. */
let offered: string | undefined;

/** Saves the statement as a file. A link could not: the request needs the session. @throws what the server refused */
export async function downloadStatement(): Promise<void> {
  const { path } = operations.exportTransfers;
  const answer = await sendRequest(api.deps, { method: 'GET', path, isRepeatable: true });
  if (offered !== undefined) URL.revokeObjectURL(offered);
  offered = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = offered;
  link.download = 'star-graph-credits.csv';
  link.click();
}
