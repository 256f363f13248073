import { ClientProblem } from '@star-graph/client/clientProblem';
import { describeProblem } from '../../../data/problemText.ts';
import { texts } from './texts.ts';

/** Why a document was refused, place by place, as the server says it. */
export function FaultList({ error, tellsPlaces = true }: { error: unknown; tellsPlaces?: boolean }) {
  if (error === undefined) return null;
  const sentence = describeProblem(error);
  const errors = error instanceof ClientProblem ? (error.problem.errors ?? []) : [];
  // Of a single fault the sentence often is its message.
  const faults = errors.filter(({ message }) => !sentence.includes(message));
  return (
    <div class="post-failure" role="alert">
      <p class="admin-flat">{sentence}</p>
      {faults.length > 0 && tellsPlaces && (
        <ul class="admin-list" aria-label={texts.faults}>
          {faults.map(({ pointer, message }) => (
            <li key={`${pointer} ${message}`}>
              <code>{pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
