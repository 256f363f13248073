import { type Dropped, mayHoldPicture, readDropped, takesWords } from '@star-graph/ui/pictures/assetDrag';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

const readAny = (transfer: DataTransfer | null): Dropped | undefined =>
  transfer
    ? (readDropped(transfer, 'image') ?? readDropped(transfer, 'video') ?? readDropped(transfer, 'audio'))
    : undefined;

/**
 * Pictures, films and sounds that are dropped or pasted anywhere on the page and that no field has taken.
 * @param isTaken whether what is dropped there has its place already
 * @returns whether something is being dragged over the page
 */
export function useDroppedFiles(
  take: (dropped: Dropped) => void,
  isTaken: (target: Element) => boolean,
): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef({ take, isTaken });
  latest.current = { take, isTaken };
  useLayoutEffect(() => {
    let depth = 0;
    const end = () => {
      depth = 0;
      setOver(false);
    };
    const enter = ({ dataTransfer }: DragEvent) => {
      if (!dataTransfer || !mayHoldPicture(dataTransfer)) return;
      depth += 1;
      setOver(true);
    };
    const leave = () => {
      depth -= 1;
      if (depth <= 0) end();
    };
    const over = (event: DragEvent) => {
      // Without it a browser opens the file in place of the page.
      if (event.dataTransfer && mayHoldPicture(event.dataTransfer)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      end();
      event.preventDefault();
      const isElsewhere = event.target instanceof Element && latest.current.isTaken(event.target);
      const dropped = isElsewhere ? undefined : readAny(event.dataTransfer);
      if (dropped) latest.current.take(dropped);
    };
    const paste = (event: ClipboardEvent) => {
      const dropped = event.defaultPrevented ? undefined : readAny(event.clipboardData);
      if (!dropped || (dropped.kind !== 'file' && takesWords(event.target))) return;
      event.preventDefault();
      latest.current.take(dropped);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop, paste, dragend: end };
    const all = Object.entries(listeners) as [string, EventListener][];
    for (const [name, listener] of all) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of all) removeEventListener(name, listener);
    };
  }, []);
  return isOver;
}
