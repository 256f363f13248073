import { Toaster } from '@star-graph/ui/overlays/Toaster.tsx';
import { language } from '@star-graph/ui/texts/language';
import { type ComponentChild, render } from 'preact';
import { findLocale, type MessageKey, translate } from '../i18n/translate.ts';

export function mountPage(title: MessageKey, page: ComponentChild): void {
  document.title = translate(title);
  document.documentElement.lang = findLocale();
  language.value = findLocale();
  const root = document.getElementById('app');
  if (!root) throw new Error('the page has no root');
  render(
    <>
      {page}
      <Toaster />
    </>,
    root,
  );
}
