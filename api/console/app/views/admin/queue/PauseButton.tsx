import { Button } from '@star-graph/ui/controls/Button.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

/** Stops giving tasks to GPU servers, or goes on. */
export function PauseButton({ isPaused, onChanged }: { isPaused: boolean; onChanged: () => void }) {
  const { post, isBusy, error } = usePost(async () => {
    await api.adminPatchQueue({ body: { paused: !isPaused } });
    onChanged();
  });
  return (
    <>
      <PostFailure error={error} />
      <Button busy={isBusy} onClick={() => void post()}>
        {isPaused ? texts.resume : texts.pause}
      </Button>
    </>
  );
}
