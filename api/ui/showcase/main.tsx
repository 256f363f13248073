import { render } from 'preact';
import '../tokens.css';
import '../base.css';
import { Segmented } from '../controls/Segmented.tsx';
import { PageHead } from '../layout/Card.tsx';
import { Toaster } from '../overlays/Toaster.tsx';
import { type Language, language } from '../texts/language.ts';
import { Controls } from './Controls.tsx';
import { Drawing } from './Drawing.tsx';
import { Feedback } from './Feedback.tsx';
import { Layouts } from './Layouts.tsx';
import { Overlays } from './Overlays.tsx';
import './showcase.css';

/** `?theme=dark&language=zh-CN&part=drawing`, for the screenshots. */
const wanted = new URLSearchParams(location.search);
const root = document.documentElement;
const theme = wanted.get('theme');
if (theme) root.dataset.theme = theme;
const choose = (tag: Language) => {
  language.value = tag;
  root.lang = tag;
};
choose(wanted.get('language') === 'zh-CN' ? 'zh-CN' : 'en');

function Showcase() {
  return (
    <main class="showcase">
      <PageHead
        title="Components"
        actions={
          <Segmented
            label="Language"
            value={language.value}
            onChange={choose}
            options={[
              { value: 'en', label: 'English' },
              { value: 'zh-CN', label: '中文' },
            ]}
          />
        }
      >
        What console and extension are made of.
      </PageHead>
      <div class="showcase-parts">
        {wanted.get('part') === 'drawing' ? (
          <Drawing />
        ) : (
          <>
            <Controls />
            <Feedback />
            <Overlays />
            <Layouts />
          </>
        )}
      </div>
      <Toaster />
    </main>
  );
}

const place = document.getElementById('app');
if (place) render(<Showcase />, place);
