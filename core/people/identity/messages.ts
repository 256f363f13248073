import type { Locale } from '@star-graph/workflows';
import { type AccountChange, accountChanges } from '@star-graph/workflows/shared/accountChanges';
import type { Message } from '../../ground/sendMail.ts';

interface Facts {
  to: string;
  locale: Locale;
  /** Letters, digits and `._-`; null: the account has none. */
  username: string | null;
  url: string;
}

type Texts = (facts: { account: string; url: string }) => Omit<Message, 'to'>;

const accountOf: Record<Locale, (username: string | null) => string> = {
  en: (username) => (username === null ? 'an account' : `the account ${username}`),
  'zh-CN': (username) => (username === null ? '一个账户' : `账户 ${username}`),
};

const write =
  (texts: Record<Locale, Texts>) =>
  ({ to, locale, username, url }: Facts): Message => ({
    to,
    ...texts[locale]({ account: accountOf[locale](username), url }),
  });

/** To an address that nobody has shown to be theirs yet: it says for which account, and what to do if it is not. */
export const writeVerification = write({
  en: ({ account, url }) => ({
    subject: 'Star-Graph: confirm your e-mail address',
    text: `Somebody wants to use this e-mail address for ${account} on Star-Graph.

If it was you, open this link within 24 hours. It works once:
${url}

If it was not you, do nothing: the address will not be used.
`,
  }),
  'zh-CN': ({ account, url }) => ({
    subject: 'Star-Graph：请确认您的邮箱地址',
    text: `有人希望将此邮箱地址用于 Star-Graph 的${account}。

如果是您本人操作，请在 24 小时内打开以下链接，链接仅可使用一次：
${url}

如果不是您本人操作，请忽略此邮件，此地址不会被使用。
`,
  }),
});

export const writePasswordReset = write({
  en: ({ account, url }) => ({
    subject: 'Star-Graph: set a new password',
    text: `Somebody asked for a new password for ${account} on Star-Graph.

If it was you, open this link within an hour. It works once:
${url}

If it was not you, do nothing: your password stays as it is.
`,
  }),
  'zh-CN': ({ account, url }) => ({
    subject: 'Star-Graph：设置新密码',
    text: `有人请求为 Star-Graph 的${account}设置新密码。

如果是您本人操作，请在一小时内打开以下链接，链接仅可使用一次：
${url}

如果不是您本人操作，请忽略此邮件，您的密码不会改变。
`,
  }),
});

/** A change that a person is told of. */
export interface Notice {
  change: AccountChange;
  /** The network address that it came from; null for an administrator's change. */
  from: string | null;
  /** What signed in, where that is the change. */
  device: string | null;
}

export function writeNotice(notice: Facts & Notice & { at: Date }): Message {
  const { to, locale, username, url, change, from, device, at } = notice;
  const what = accountChanges[change][locale];
  const time = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const account = accountOf[locale](username);
  const text =
    locale === 'en'
      ? `${what}${device === null ? '' : ` (${device})`}: for ${account} on Star-Graph, at ${time}${from === null ? '' : `, from ${from}`}.

If it was you, there is nothing to do.

If it was not you, sign in, change your password and end what you do not know:
${url}
`
      : `Star-Graph 的${account}：${what}${device === null ? '' : `（${device}）`}。时间：${time}${from === null ? '' : `，来源地址：${from}`}。

如果是您本人操作，无需处理。

如果不是您本人操作，请登录、更改密码，并结束您不认识的访问：
${url}
`;
  return { to, subject: locale === 'en' ? `Star-Graph: ${what}` : `Star-Graph：${what}`, text };
}
