import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { ImagePlus, Upload } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { UploadList } from '../create/pictures/UploadList.tsx';
import { startUpload } from '../create/pictures/uploads.ts';
import { sortFiles } from './sortFiles.ts';
import { texts } from './texts.ts';

/** Sends all that can be sent, one after the other, and says of each other type why not. */
function addFiles(files: readonly File[], onAdded: () => void): void {
  const { taken, refused } = sortFiles(files);
  for (const file of taken) startUpload(file, onAdded);
  for (const { sentence, names } of refused)
    showToast({ tone: 'bad', text: sentence, detail: names.join(', ') });
}

interface Props {
  /** A file is stored. */
  onAdded(): void;
}

/** The way in for pictures, films and sounds, by the browser's own chooser. */
export function AddButton({ onAdded }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*,video/*,audio/*"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          addFiles([...(currentTarget.files ?? [])], onAdded);
          // So that the same files can be chosen again.
          currentTarget.value = '';
        }}
      />
      <Button look="quiet" icon={Upload} class="gallery-way" onClick={() => input.current?.click()}>
        <span>{texts.add}</span>
      </Button>
    </>
  );
}

/** Files that are dropped anywhere, and what is on its way. */
export function DroppedFiles({ onAdded }: Props) {
  const isOver = useFileDrop((files) => addFiles(files, onAdded));
  return (
    <>
      <div class="gallery-uploads">
        <UploadList />
      </div>
      {isOver && (
        <div class="drop-place">
          <div class="drop-place-words">
            <Icon icon={ImagePlus} size={24} />
            {texts.dropHere}
          </div>
        </div>
      )}
    </>
  );
}

/** Ours are dragged by their names: none is a file that comes from outside. */
const holdsFiles = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer?.types.includes('Files') === true &&
  !dataTransfer.types.some((type) => type.startsWith('application/x-star-graph'));

/** Files that are dropped anywhere on the page. @returns whether some are being dragged over it */
function useFileDrop(take: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    let depth = 0;
    const end = () => {
      depth = 0;
      setOver(false);
    };
    const listeners = {
      dragenter(event: DragEvent) {
        if (!holdsFiles(event)) return;
        depth += 1;
        setOver(true);
      },
      dragleave(event: DragEvent) {
        if (!holdsFiles(event)) return;
        depth -= 1;
        if (depth <= 0) end();
      },
      drop(event: DragEvent) {
        end();
        if (!holdsFiles(event)) return;
        event.preventDefault();
        latest.current([...(event.dataTransfer?.files ?? [])]);
      },
      dragend: end,
    };
    const all = Object.entries(listeners) as [string, EventListener][];
    for (const [name, listener] of all) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of all) removeEventListener(name, listener);
    };
  }, []);
  return isOver;
}
