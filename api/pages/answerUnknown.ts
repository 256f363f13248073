import type { Locale } from '@star-graph/workflows';
import type { ApiContext } from '../apiContext.ts';
import { answerPage, escapeHtml, localeOf } from './renderPage.ts';

const texts: Record<Locale, { title: string; text: string; home: string }> = {
  en: {
    title: 'Page not found',
    text: 'The address may be mistyped, or the page has moved.',
    home: 'Go to Star-Graph',
  },
  'zh-CN': { title: '找不到页面', text: '地址可能有误，或页面已移动。', home: '前往 Star-Graph' },
};

/** Whether a person opened an address, not a program, which reads problem documents. */
export const asksForPage = (ctx: ApiContext): boolean =>
  (ctx.method === 'GET' || ctx.method === 'HEAD') && ctx.accepts('json', 'html') === 'html';

/** A person at an address where nothing is. What they asked for is not repeated to them. */
export function answerUnknown(ctx: ApiContext): void {
  const { title, text, home } = texts[localeOf(ctx)];
  const body = `<p>${escapeHtml(text)}</p>\n<p><a href="/">${escapeHtml(home)}</a></p>`;
  answerPage(ctx, 404, { title, body });
  ctx.vary('Accept');
}
