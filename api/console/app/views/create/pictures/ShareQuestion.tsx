import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { useEffect, useMemo } from 'preact/hooks';
import { dropShared, readShared, type SharedPicture } from '../../../shell/readShared.ts';
import { texts } from './texts.ts';
import { sharedPictures } from './useShareTarget.ts';
import './pictures.css';

/**
 * Any site can hand over pictures in the name of the share sheet: none is used before its person has seen it. Closed
 * without an answer, it is asked again at the next visit.
 */
export function ShareQuestion({ onUse }: { onUse(pictures: readonly SharedPicture[]): void }) {
  const pictures = sharedPictures.value;
  const close = () => {
    sharedPictures.value = [];
  };
  const use = async () => {
    close();
    // Another tab may have used some.
    const left = new Set((await readShared()).map(({ entry }) => entry));
    onUse(pictures.filter(({ entry }) => left.has(entry)));
  };
  const discard = async () => {
    close();
    await Promise.all(pictures.map(({ entry }) => dropShared(entry)));
  };
  return (
    <Dialog
      open
      onClose={close}
      initialFocus={() => document.querySelector<HTMLElement>('.share-use')}
      title={texts.useShared(pictures.length)}
      description={texts.sharedHint}
      footer={
        <>
          <Button look="quiet" onClick={() => void discard()}>
            {texts.discard}
          </Button>
          <Button look="primary" class="share-use" onClick={() => void use()}>
            {texts.use}
          </Button>
        </>
      }
    >
      <div class="picker-grid">
        {pictures.map((picture) => (
          <SharedThumbnail key={picture.entry} file={picture.file} />
        ))}
      </div>
    </Dialog>
  );
}

function SharedThumbnail({ file }: { file: File }) {
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return (
    <div class="picker-choice picker-shown">
      {file.type.startsWith('video/') ? (
        <video src={url} muted playsInline aria-label={file.name} />
      ) : (
        <img src={url} alt={file.name} />
      )}
    </div>
  );
}
