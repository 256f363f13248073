import { ClientProblem } from '@star-graph/client/clientProblem';
import type { ReviewPictureView } from '@star-graph/contract/safety/quarantines';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { useCallback, useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

/** Blurred by the server; clear for who says why, which the audit keeps. */
export function ReviewPicture({ assetId }: { assetId: string }) {
  const params = { id: assetId };
  const blurred = useResource((signal) => api.adminPreviewAsset({ params }, { signal }), [assetId]);
  const [clear, setClear] = useState<ReviewPictureView>();
  const [reason, setReason] = useState('');
  const look = useCallback(async () => {
    setClear(await api.adminViewAsset({ params: { id: assetId }, body: { reason } }));
  }, [assetId, reason]);
  const posting = usePost(look);
  if (blurred.state === 'loading') return <Skeleton height="200px" />;
  if (blurred.state === 'failed')
    return isGone(blurred.error) ? (
      <p class="admin-quiet">{texts.noPicture}</p>
    ) : (
      <LoadFailure error={blurred.error} onRetry={blurred.reload} />
    );
  if (clear) return <img class="admin-review" src={toAddress(clear)} alt={texts.clear} />;
  return (
    <PostForm
      posting={posting}
      onSubmit={() => void posting.post()}
      submit={texts.see}
      fields={['reason']}
      look="secondary"
    >
      <img class="admin-review" src={toAddress(blurred.value)} alt={texts.blurred} />
      <Field
        label={texts.whySee}
        hint={texts.whySeeHint}
        error={fieldProblems(posting.error).reason}
        required
      >
        <TextField value={reason} onChange={setReason} maxLength={200} />
      </Field>
    </PostForm>
  );
}

const toAddress = ({ mime, base64 }: ReviewPictureView): string => `data:${mime};base64,${base64}`;

const isGone = (error: unknown): boolean => error instanceof ClientProblem && error.problem.status === 404;
