import type { Locale } from '@star-graph/workflows';

interface PageText {
  title: string;
  text: string;
}

/** What may keep a sign-in from its end. */
export type SignInFault =
  | 'declined'
  | 'expired'
  | 'provider'
  | 'disabled'
  | 'limited'
  | 'unavailable'
  | 'return';

interface SignInTexts {
  code: PageText;
  link: PageText;
  /** Stands below the code. */
  secret: string;
  copy: string;
  copied: string;
  again: string;
  faults: Record<SignInFault, PageText>;
}

export const signInTexts: Record<Locale, SignInTexts> = {
  en: {
    code: {
      title: 'Your one-time code',
      text: 'Enter it in the program you want to sign in. In the browser extension, choose One-time code.',
    },
    link: {
      title: 'Link this sign-in',
      text: 'No account here belongs to this sign-in. If you have an account, sign in to it and enter this code there. If you have none, ask an administrator.',
    },
    secret: 'It works once, within 10 minutes. Give it to nobody: it opens your account.',
    copy: 'Copy code',
    copied: 'Copied',
    again: 'Try again',
    faults: {
      declined: { title: 'Not signed in', text: 'The sign-in was cancelled. You can try again.' },
      expired: {
        title: 'This sign-in has ended',
        text: 'It took too long, was begun in another browser, or was finished already. Begin again.',
      },
      provider: {
        title: 'The sign-in did not work',
        text: 'Your sign-in service did not answer as it should. Try again in a minute. If it stays so, tell the operator.',
      },
      disabled: {
        title: 'This account is blocked',
        text: 'Ask an administrator to unblock it.',
      },
      limited: {
        title: 'Too many at once',
        text: 'Too many people from your network came here. Try again later.',
      },
      unavailable: {
        title: 'Not available just now',
        text: 'The platform is being worked on, or is busy. Try again in some minutes.',
      },
      return: {
        title: 'This address is not allowed',
        text: 'The page that sent you here may not receive sign-ins. Tell its operator.',
      },
    },
  },
  'zh-CN': {
    code: {
      title: '您的一次性代码',
      text: '请在要登录的程序中输入此代码。在浏览器扩展中，请选择“一次性代码”。',
    },
    link: {
      title: '关联此登录方式',
      text: '此登录方式尚未关联任何账号。如果您已有账号，请先登录，再在其中输入此代码；如果没有，请联系管理员。',
    },
    secret: '代码 10 分钟内有效，只能使用一次。请勿告诉他人：凭它可以进入您的账号。',
    copy: '复制代码',
    copied: '已复制',
    again: '重试',
    faults: {
      declined: { title: '未登录', text: '登录已取消，您可以重试。' },
      expired: {
        title: '此次登录已结束',
        text: '登录超时、在另一个浏览器中开始，或已经完成。请重新开始。',
      },
      provider: {
        title: '登录失败',
        text: '您的登录服务没有正常响应，请稍后重试。如果问题持续存在，请告知运营者。',
      },
      disabled: { title: '此账号已被封禁', text: '请联系管理员解除封禁。' },
      limited: { title: '请求过多', text: '来自您所在网络的请求过多，请稍后再试。' },
      unavailable: { title: '暂时无法使用', text: '平台正在维护或繁忙，请几分钟后重试。' },
      return: { title: '不允许此地址', text: '将您带到这里的网页无权接收登录信息，请告知其运营者。' },
    },
  },
};
