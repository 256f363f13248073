import { useState } from 'preact/hooks';
import './compare.css';

export interface ComparedPicture {
  url: string;
  name: string;
  width: number;
  height: number;
}

/** Two pictures over one another, and a line between them that a finger, a mouse or the arrows move. */
export function CompareSlider(props: { before: ComparedPicture; after: ComparedPicture; label: string }) {
  const { before, after, label } = props;
  const [at, setAt] = useState(50);
  return (
    <div class="compare-slider" style={{ '--at': `${at}%`, aspectRatio: `${after.width} / ${after.height}` }}>
      <img src={after.url} alt={after.name} draggable={false} />
      <img class="compare-before" src={before.url} alt={before.name} draggable={false} />
      <span class="compare-line" aria-hidden="true" />
      <input
        type="range"
        class="compare-range"
        min={0}
        max={100}
        step={0.5}
        value={at}
        aria-label={label}
        onInput={(event) => setAt(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
