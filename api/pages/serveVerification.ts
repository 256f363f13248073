import type { Locale } from '@star-graph/workflows';
import type { ApiMiddleware } from '../apiContext.ts';
import { answerPage, escapeHtml, localeOf } from './renderPage.ts';

interface VerificationTexts {
  title: string;
  confirm: string;
  done: string;
  over: string;
  taken: string;
  failed: string;
  script: string;
}

const texts: Record<Locale, VerificationTexts> = {
  en: {
    title: 'Confirm your e-mail address',
    confirm: 'Confirm',
    done: 'This address is yours now.',
    over: 'This link was used or has expired. Ask for a new one.',
    taken: 'Another account has this address. Remove it there, then open the link again.',
    failed: 'The address was not confirmed. Try again in a minute.',
    script: 'This page needs JavaScript.',
  },
  'zh-CN': {
    title: '确认您的邮箱地址',
    confirm: '确认',
    done: '此邮箱地址已确认。',
    over: '此链接已使用或已过期，请重新获取。',
    taken: '另一个账户正在使用此地址。请先在该账户中移除它，再打开此链接。',
    failed: '邮箱地址未能确认，请稍后重试。',
    script: '此页面需要 JavaScript。',
  },
};

/** `/verify-email`: a person confirms by a button, since programs that check messages open their links. */
export const serveVerification: ApiMiddleware = async (ctx, next) => {
  if (ctx.method !== 'GET' || ctx.path !== '/verify-email') return next();
  ctx.state.routePath = ctx.path;
  const { title, confirm, done, over, taken, failed, script } = texts[localeOf(ctx)];
  answerPage(ctx, 200, {
    title,
    script: 'verifyEmail.js',
    body: `<noscript><p>${escapeHtml(script)}</p></noscript>
<form data-part="form" hidden><button>${escapeHtml(confirm)}</button></form>
<p class="good" data-part="done" role="status" hidden>${escapeHtml(done)}</p>
<p class="bad" data-part="over" role="status" hidden>${escapeHtml(over)}</p>
<p class="bad" data-part="taken" role="status" hidden>${escapeHtml(taken)}</p>
<p class="bad" data-part="failed" role="status" hidden>${escapeHtml(failed)}</p>`,
  });
};
