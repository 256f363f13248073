import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Security', 'zh-CN': '安全' },
  intro: {
    en: 'How you sign in, recent sign-ins, and everything else that has access. A second factor protects your account even if someone learns your password.',
    'zh-CN':
      '您的登录方式、最近的登录，以及其他可以访问此账号的途径。启用两步验证后，即使密码泄露，您的账号依然安全。',
  },
  required: {
    en: 'Administrators need a second factor here. Set up an app or add a passkey to continue.',
    'zh-CN': '此处要求管理员启用两步验证。请设置验证应用或添加通行密钥，在此之前无法使用其他功能。',
  },
  on: { en: 'On', 'zh-CN': '已启用' },
  off: { en: 'Off', 'zh-CN': '未启用' },

  password: { en: 'Password', 'zh-CN': '密码' },
  oldPassword: { en: 'Current password', 'zh-CN': '当前密码' },
  newPassword: { en: 'New password', 'zh-CN': '新密码' },
  newHint: {
    en: 'At least 10 characters. You’ll be signed out everywhere else.',
    'zh-CN': '至少 10 个字符。其他设备将退出登录。',
  },
  changePassword: { en: 'Change password', 'zh-CN': '更改密码' },
  passwordChanged: { en: 'Password changed', 'zh-CN': '密码已更改' },

  app: { en: 'Authenticator app', 'zh-CN': '验证应用' },
  appWords: {
    en: 'Your phone shows a new code every 30 seconds. Enter it when you sign in.',
    'zh-CN': '手机上的应用每 30 秒显示一个新代码，登录时需要输入。',
  },
  setUp: { en: 'Set up app', 'zh-CN': '设置应用' },
  remove: { en: 'Remove', 'zh-CN': '移除' },
  removeApp: { en: 'Remove the app?', 'zh-CN': '移除验证应用？' },
  removeLast: {
    en: 'If this is your last second factor, your password alone will be enough to sign in, and your recovery codes stop working.',
    'zh-CN': '如果这是最后一种两步验证方式，之后仅凭密码即可登录，恢复代码也会失效。',
  },
  appRemoved: { en: 'App removed', 'zh-CN': '验证应用已移除' },
  next: { en: 'Next', 'zh-CN': '下一步' },
  whoAreYou: {
    en: 'First confirm it’s you.',
    'zh-CN': '请先确认是您本人。',
  },
  scan: {
    en: 'Scan this with your app, or enter the key by hand. Then enter the code it shows.',
    'zh-CN': '请用应用扫描此二维码，或手动输入密钥，然后填写应用显示的代码。',
  },
  qr: { en: 'QR code for the app', 'zh-CN': '供应用扫描的二维码' },
  secret: { en: 'Key', 'zh-CN': '密钥' },
  secretHint: { en: 'Shown only once. Don’t share it.', 'zh-CN': '仅显示这一次，请勿告诉他人。' },
  code: { en: 'Code from the app', 'zh-CN': '应用显示的代码' },
  turnOn: { en: 'Turn on', 'zh-CN': '启用' },
  appOn: {
    en: 'App turned on. You were signed out everywhere else.',
    'zh-CN': '验证应用已启用，其他设备已退出登录。',
  },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },

  passkeys: { en: 'Passkeys', 'zh-CN': '通行密钥' },
  passkeyWords: {
    en: 'Your fingerprint, face or device PIN, or a security key. You can also sign in without a password.',
    'zh-CN': '使用设备的指纹、面容、PIN 或安全密钥。也可以不用密码直接登录。',
  },
  noPasskeys: {
    en: 'Passkeys need HTTPS and a domain name, so this browser can’t create one at this address.',
    'zh-CN': '通行密钥需要 HTTPS 和域名，因此无法在当前地址创建。',
  },
  addPasskey: { en: 'Add a passkey', 'zh-CN': '添加通行密钥' },
  add: { en: 'Add', 'zh-CN': '添加' },
  passkeyName: { en: 'Name', 'zh-CN': '名称' },
  passkeyNameHint: { en: 'So you can recognise it, e.g. My phone.', 'zh-CN': '便于辨认，例如：我的手机。' },
  passkeyAdded: {
    en: 'Passkey added. You were signed out everywhere else.',
    'zh-CN': '通行密钥已添加，其他设备已退出登录。',
  },
  removePasskey: {
    en: (name: string) => `Remove the passkey ${name}?`,
    'zh-CN': (name: string) => `移除通行密钥 ${name}？`,
  },
  passkeyRemoved: { en: 'Passkey removed', 'zh-CN': '通行密钥已移除' },
  added: { en: 'Added', 'zh-CN': '添加时间' },
  used: { en: 'Last used', 'zh-CN': '最近使用' },
  unused: { en: 'Never', 'zh-CN': '从未' },

  signIns: { en: 'Recent sign-ins', 'zh-CN': '最近登录' },
  signInsWords: {
    en: 'The last 90 days. If you don’t recognise one, change your password and sign out everywhere. A failed sign-in used a wrong password or code.',
    'zh-CN': '最近 90 天的记录。如有并非您本人的登录，请更改密码并退出所有设备。失败表示密码或验证码错误。',
  },
  noSignIns: { en: 'None in the last 90 days.', 'zh-CN': '最近 90 天没有登录。' },
  device: { en: 'Device', 'zh-CN': '设备' },
  aProgram: { en: 'An app', 'zh-CN': '程序' },
  address: { en: 'Address', 'zh-CN': '地址' },
  at: { en: 'Time', 'zh-CN': '时间' },
  failed: { en: 'Failed', 'zh-CN': '失败' },

  recovery: { en: 'Recovery codes', 'zh-CN': '恢复代码' },
  recoveryWords: {
    en: 'In case you lose your phone or passkey. Each works once.',
    'zh-CN': '在手机或通行密钥丢失时使用，每个只能使用一次。',
  },
  left: {
    en: (count: number) => (count === 1 ? '1 left' : `${count} left`),
    'zh-CN': (count: number) => `剩余 ${count} 个`,
  },
  renew: { en: 'Create new codes', 'zh-CN': '生成新代码' },
  renewTitle: { en: 'Create new recovery codes?', 'zh-CN': '生成新的恢复代码？' },
  renewWords: { en: 'Your existing codes will stop working.', 'zh-CN': '现有代码将失效。' },
  codesTitle: { en: 'Your recovery codes', 'zh-CN': '您的恢复代码' },
  codesWords: {
    en: 'Your second factor is on. These codes are shown only once. Keep them somewhere you can reach without this device.',
    'zh-CN': '两步验证已启用。这些代码仅显示这一次，请保存在没有此设备时也能找到的地方。',
  },
  copy: { en: 'Copy', 'zh-CN': '复制' },
  download: { en: 'Download', 'zh-CN': '下载' },
  kept: { en: 'I’ve saved them', 'zh-CN': '我已保存' },
});
