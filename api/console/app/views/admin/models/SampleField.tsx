import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useRef, useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

interface Props {
  value: string | null;
  /** Of the sample in force. */
  shownUrl: string | null;
  error: string | undefined;
  onChange(sample: string | null): void;
}

/** A picture that shows what the model draws. */
export function SampleField({ value, shownUrl, error, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [chosenUrl, setChosenUrl] = useState<string>();
  const upload = usePost(async (file: File) => {
    const { id, url } = await api.uploadAsset(file, { filename: file.name });
    setChosenUrl(url);
    onChange(id);
  });
  const url = chosenUrl ?? shownUrl;
  return (
    <fieldset class="admin-roles">
      <legend class="sg-field-label">{texts.sample}</legend>
      <div class="admin-row">
        {url && <img class="admin-sample" src={url} alt={texts.sampleOf} />}
        <input
          ref={input}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          hidden
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file) void upload.post(file);
            // So that the same file can be chosen again.
            event.currentTarget.value = '';
          }}
        />
        <Button size="small" busy={upload.isBusy} onClick={() => input.current?.click()}>
          {texts.choosePicture}
        </Button>
        {value !== null && (
          <Button
            size="small"
            look="quiet"
            onClick={() => {
              setChosenUrl(undefined);
              onChange(null);
            }}
          >
            {texts.dropPicture}
          </Button>
        )}
      </div>
      {error && <p class="post-failure">{error}</p>}
      <PostFailure error={upload.error} />
    </fieldset>
  );
}
