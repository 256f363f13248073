import type { Locale } from '@star-graph/workflows';
import type { ApiMiddleware } from '../apiContext.ts';
import { answerPage, escapeHtml, localeOf } from './renderPage.ts';

interface ResetTexts {
  title: string;
  field: string;
  hint: string;
  set: string;
  done: string;
  over: string;
  failed: string;
  script: string;
}

const texts: Record<Locale, ResetTexts> = {
  en: {
    title: 'Set a new password',
    field: 'New password',
    hint: 'At least 10 characters. You will be signed out everywhere.',
    set: 'Set password',
    done: 'Your new password is set. Sign in with it.',
    over: 'This link was used or has expired. Ask for a new one.',
    failed: 'The password was not set. Try again in a minute.',
    script: 'This page needs JavaScript.',
  },
  'zh-CN': {
    title: '设置新密码',
    field: '新密码',
    hint: '至少 10 个字符。您将在所有设备上退出登录。',
    set: '设置密码',
    done: '新密码已设置，请用它登录。',
    over: '此链接已使用或已过期，请重新获取。',
    failed: '密码未能设置，请稍后重试。',
    script: '此页面需要 JavaScript。',
  },
};

/** `/reset-password`, whose script takes the token from behind the `#`, where no server and no log sees it. */
export const serveReset: ApiMiddleware = async (ctx, next) => {
  if (ctx.method !== 'GET' || ctx.path !== '/reset-password') return next();
  ctx.state.routePath = ctx.path;
  const { title, field, hint, set, done, over, failed, script } = texts[localeOf(ctx)];
  answerPage(ctx, 200, {
    title,
    script: 'resetPassword.js',
    body: `<noscript><p>${escapeHtml(script)}</p></noscript>
<form data-part="form" hidden>
<label>${escapeHtml(field)}<input type="password" autocomplete="new-password" minlength="10" maxlength="200" required></label>
<button>${escapeHtml(set)}</button>
<p class="quiet">${escapeHtml(hint)}</p>
</form>
<p class="good" data-part="done" role="status" hidden>${escapeHtml(done)}</p>
<p class="bad" data-part="over" role="status" hidden>${escapeHtml(over)}</p>
<p class="bad" data-part="failed" role="status" hidden>${escapeHtml(failed)}</p>`,
  });
};
