import { language } from '@star-graph/ui/texts/language';
import type { Studio } from '../studioTypes.ts';
import { makeOneLike, styles } from './styles.ts';
import { texts } from './texts.ts';
import './styles.css';

/** The first sight of an empty session: what can be made, and the way to it. */
export const StyleWall = ({ studio }: { studio: Studio }) => (
  <div class="style-wall">
    <h2>{texts.wall}</h2>
    <p class="sg-quiet">{texts.wallHint}</p>
    <ul class="style-samples">
      {styles.value.map((style) => (
        <li key={style.name}>
          <button type="button" class="style-sample" onClick={() => makeOneLike(studio, style)}>
            <img src={style.sampleUrl} alt="" width="320" height="320" loading="lazy" decoding="async" />
            <span class="style-sample-words">
              <span class="style-sample-title">{style.title[language.value]}</span>
              <span class="sg-hidden">: {style.subject[language.value]}. </span>
              <span class="style-sample-like">{texts.like}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  </div>
);
