import type { StyleView } from '@star-graph/contract/catalogue/styles';
import { useEffect, useRef } from 'preact/hooks';
import { defineTexts } from '../texts/defineTexts.ts';
import { language } from '../texts/language.ts';
import { findStyle, writeStyle } from './applyStyle.ts';
import type { Form } from './createForm.ts';
import type { FormDraft } from './formDraft.ts';
import './StyleStrip.css';

const texts = defineTexts({ styles: { en: 'Styles', 'zh-CN': '风格' } });

interface StyleStripProps {
  /** Those on offer; none until they have come. */
  styles: readonly StyleView[];
  form: Form;
  draft: FormDraft;
  onDraft(change: (draft: FormDraft) => FormDraft): void;
}

/** A tile for each style, of a form that takes words. A press puts its words there, another takes them out. */
export function StyleStrip({ styles, form, draft, onDraft }: StyleStripProps) {
  const strip = useRef<HTMLDivElement>(null);
  const takesWords = form.fields.some(({ name }) => name === 'prompt');
  const chosen = findStyle(styles, String(draft.values.prompt ?? ''));
  // What something else has chosen is seen here too.
  const { name } = chosen ?? {};
  useEffect(() => {
    const tile = strip.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (strip.current && tile) strip.current.scrollLeft = tile.offsetLeft - strip.current.clientWidth / 2;
  }, [name]);
  if (!takesWords || styles.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of the form
    <div ref={strip} class="sg-style-strip" role="group" aria-label={texts.styles}>
      {styles.map((style) => {
        const isChosen = style === chosen;
        return (
          <button
            key={style.name}
            type="button"
            class="sg-style-tile"
            aria-pressed={isChosen}
            onClick={() => onDraft((now) => writeStyle(form, now, styles, isChosen ? undefined : style))}
          >
            <img src={style.sampleUrl} alt="" width="72" height="72" loading="lazy" decoding="async" />
            <span>{style.title[language.value]}</span>
          </button>
        );
      })}
    </div>
  );
}
