import { translate } from '../../../i18n/translate.ts';
import type { ShownRun } from '../shownRun.ts';

export function Notes({ notes }: { notes: ShownRun['run']['notes'] }) {
  return (
    <>
      {notes.map((note) => (
        <p
          class="notes"
          key={note}
          data-words={translate(`note_${note.replaceAll('-', '_') as 'screen_pixels'}`)}
        />
      ))}
    </>
  );
}
