import { useEffect, useRef, useState } from 'preact/hooks';

interface FileDropProps {
  /** What is there, or what to do. */
  line: string;
  accept: string;
  label: string;
  name?: string;
  isRequired?: boolean;
  /** Why its form cannot be sent yet. */
  busy?: string;
  onFile(file: File): void;
}

/** A place for one file: dropped, pasted while it has the focus, or chosen. */
export function FileDrop({ line, accept, label, name, isRequired, busy = '', onFile }: FileDropProps) {
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.setCustomValidity(busy), [busy]);
  const take = (file: File | undefined) => file && onFile(file);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the file input inside is the accessible way
    <div
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
      <p>{line}</p>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={label}
        required={isRequired ?? false}
        {...(name ? { name } : {})}
        onChange={({ currentTarget }) => {
          take(currentTarget.files?.[0]);
          // The file is ours now; the same one may be chosen again.
          currentTarget.value = '';
        }}
      />
    </div>
  );
}
