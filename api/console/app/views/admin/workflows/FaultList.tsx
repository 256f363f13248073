import { language } from '@star-graph/ui/texts/language';
import { describeProblem } from '../../../data/problemText.ts';
import { translate } from '../../../data/translate.ts';
import { listFaults } from './listFaults.ts';
import { texts } from './texts.ts';

/** Why a document was refused, place by place, as the server says it. */
export function FaultList({ error, tellsPlaces = true }: { error: unknown; tellsPlaces?: boolean }) {
  if (error === undefined) return null;
  const faults = listFaults(error);
  return (
    <div class="post-failure" role="alert">
      <p class="admin-flat">{describeProblem(error)}</p>
      {faults.length > 0 && tellsPlaces && (
        <ul class="admin-list" aria-label={texts.faults}>
          {faults.map(({ pointer, message }) => (
            <li key={`${pointer} ${message}`}>
              <code>{pointer}</code>{' '}
              {language.value === 'en' ? message : (translate.value(message) ?? message)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
