/** What a person is told of by e-mail or Discord, so that they notice what somebody else did. */
export const accountChanges = {
  password: { en: 'The password was changed', 'zh-CN': '密码已更改' },
  factorAdded: { en: 'A second factor was added', 'zh-CN': '已添加两步验证方式' },
  factorRemoved: { en: 'A second factor was removed', 'zh-CN': '已移除两步验证方式' },
  recoveryCodes: { en: 'New recovery codes were made', 'zh-CN': '已生成新的恢复代码' },
  key: { en: 'An API key was made', 'zh-CN': '已新建 API 密钥' },
  program: { en: 'A program was let in', 'zh-CN': '已允许一个程序访问' },
  linked: { en: 'Another account was linked', 'zh-CN': '已关联其他账户' },
  unlinked: { en: 'A linked account was removed', 'zh-CN': '已解除账户关联' },
  emailAsked: { en: 'Another e-mail address was asked for', 'zh-CN': '有人请求更换邮箱地址' },
  emailRemoved: { en: 'This e-mail address was removed', 'zh-CN': '此邮箱地址已移除' },
  newDevice: { en: 'A new device signed in', 'zh-CN': '有新设备登录' },
  resetMade: {
    en: 'An administrator made a link to set a new password',
    'zh-CN': '管理员已创建用于设置新密码的链接',
  },
  factorsReset: {
    en: 'An administrator removed the second factors',
    'zh-CN': '管理员已移除两步验证',
  },
  messagesOff: {
    en: 'Messages about such changes were switched off at Discord',
    'zh-CN': '已关闭 Discord 上的此类消息',
  },
} as const satisfies Record<string, Record<'en' | 'zh-CN', string>>;
export type AccountChange = keyof typeof accountChanges;

export const accountChangeNames = Object.keys(accountChanges) as [AccountChange, ...AccountChange[]];
