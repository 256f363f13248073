import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Brush, Users } from 'lucide';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import { session as signedIn } from '../../../session/session.ts';
import { texts } from '../texts.ts';
import type { Workshop } from '../workshop.ts';

export const namePerson = (person: { name: string | null } | undefined): string =>
  person?.name ?? texts.somebody;

/** Who is in a shared project, and whose turn it is to draw. */
export function TurnBar({ workshop: { store, turns, role } }: { workshop: Workshop }) {
  const [isBusy, setBusy] = useState(false);
  const sharing = store.sharing.value;
  const meeting = turns.meeting.value;
  if (turns.isOut.value)
    return (
      <div class="canvas-turn" role="status">
        {texts.isOut}
      </div>
    );
  if (!sharing || !meeting) return null;
  const now = signedIn.value;
  const own = now.state === 'signedIn' ? now.profile.id : '';
  const { drawing, here } = meeting;
  const isOwn = sharing.turn !== undefined;
  const words = isOwn
    ? texts.ownTurn
    : drawing === undefined
      ? texts.freeTurn
      : drawing.id === own
        ? texts.otherPage
        : texts.theirTurn(namePerson(drawing));
  const names = here.map((one) => (one.id === own ? texts.you : namePerson(one)));
  const isTakeable = role !== 'see' && !isOwn && (drawing === undefined || drawing.id === own);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    }
    setBusy(false);
  };
  return (
    <div class="canvas-turn" data-own={isOwn || undefined}>
      <p role="status">
        <Icon icon={Brush} size={16} />
        <bdi>{words}</bdi>
      </p>
      <p class="sg-quiet sg-small" title={texts.here(names.join(', '))}>
        <Icon icon={Users} size={16} />
        <bdi>{texts.here(names.join(', '))}</bdi>
      </p>
      {role === 'see' && <p class="sg-quiet sg-small">{texts.onlySee}</p>}
      {isTakeable && store.saveState.value.state === 'saved' && (
        <Button look="primary" size="small" busy={isBusy} onClick={() => void act(() => turns.take())}>
          {drawing ? texts.takeHere : texts.take}
        </Button>
      )}
      {isOwn && (
        <Button size="small" busy={isBusy} onClick={() => void act(() => turns.give())}>
          {texts.give}
        </Button>
      )}
    </div>
  );
}
