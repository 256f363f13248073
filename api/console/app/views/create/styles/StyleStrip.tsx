import { language } from '@star-graph/ui/texts/language';
import { useEffect, useRef } from 'preact/hooks';
import { type Studio, useDraft } from '../studio.ts';
import { findStyle } from './applyStyle.ts';
import { putStyle, styles } from './styles.ts';
import { texts } from './texts.ts';
import './styles.css';

/** A row of looks over the prompt; the one that the prompt has is marked. */
export function StyleStrip({ studio }: { studio: Studio }) {
  const draft = useDraft(studio);
  const strip = useRef<HTMLDivElement>(null);
  const takesWords = studio.form.fields.some(({ name }) => name === 'prompt');
  const chosen = findStyle(styles.value, String(draft.values.prompt ?? ''));
  // What a sample of the wall has chosen is seen here too.
  const { name } = chosen ?? {};
  useEffect(() => {
    const tile = strip.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (strip.current && tile) strip.current.scrollLeft = tile.offsetLeft - strip.current.clientWidth / 2;
  }, [name]);
  if (!takesWords || styles.value.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of the form
    <div ref={strip} class="style-strip" role="group" aria-label={texts.styles}>
      {styles.value.map((style) => {
        const isChosen = style === chosen;
        return (
          <button
            key={style.name}
            type="button"
            class="style-tile"
            aria-pressed={isChosen}
            onClick={() => putStyle(studio, isChosen ? undefined : style)}
          >
            <img src={style.sampleUrl} alt="" width="72" height="72" loading="lazy" decoding="async" />
            <span>{style.title[language.value]}</span>
          </button>
        );
      })}
    </div>
  );
}
