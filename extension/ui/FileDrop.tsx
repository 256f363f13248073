import { Icon } from '@star-graph/ui/Icon.tsx';
import { ImagePlus } from 'lucide';
import { useState } from 'preact/hooks';

interface FileDropProps {
  /** What is there, or what to do. */
  line: string;
  accept: string;
  /** Of the button that opens the browser's own chooser. */
  label: string;
  onFile(file: File): void;
}

/** A place for one file: dropped, pasted while it has the focus, or chosen by a press. */
export function FileDrop({ line, accept, label, onFile }: FileDropProps) {
  const [isOver, setOver] = useState(false);
  const take = (file: File | undefined) => file && onFile(file);
  return (
    <label
      class={`drop${isOver ? ' over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files[0]);
      }}
      onPaste={(event) => take(event.clipboardData?.files[0])}
    >
      <Icon icon={ImagePlus} size={24} />
      <span class="drop-line">{line}</span>
      <input
        class="sg-hidden"
        type="file"
        accept={accept}
        aria-label={label}
        onChange={({ currentTarget }) => {
          take(currentTarget.files?.[0]);
          // The file is ours now; the same one may be chosen again.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
