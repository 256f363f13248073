import { useLayoutEffect } from 'preact/hooks';

interface Point {
  x: number;
  y: number;
}

export type StageRef = { current: HTMLDivElement | null };

interface Sized {
  setStage(size: { width: number; height: number }): void;
}

/** Tells how large the stage is, at once and whenever it changes. */
export function useStageSize(session: Sized, stage: StageRef): void {
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const measure = () => session.setStage({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [session]);
}

interface StageRingProps {
  class: string;
  at: Point;
  size: number;
  /** It is moved by keys, and drawn so that it is seen. */
  isByKeys: boolean;
}

/** How wide the brush is, where it is. */
export const StageRing = ({ class: name, at, size, isByKeys }: StageRingProps) => (
  <span
    class={name}
    data-keys={isByKeys || undefined}
    style={{
      width: `${size}px`,
      height: `${size}px`,
      transform: `translate(${at.x}px, ${at.y}px) translate(-50%, -50%)`,
    }}
  />
);
