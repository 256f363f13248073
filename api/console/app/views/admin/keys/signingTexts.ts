import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Signing keys', 'zh-CN': '签名密钥' },
  intro: {
    en: 'Keys for signing and encryption. Rotating them doesn’t sign anyone out.',
    'zh-CN': '平台用于签名与加密的密钥。轮换不会让任何人退出登录。',
  },
  jwt: { en: 'Sign-ins', 'zh-CN': '登录' },
  jwtWords: {
    en: 'Signs access tokens. After a rotation, the previous key is accepted for another 25 hours, so nobody notices. If you end a key early, browsers and apps get new tokens by themselves and everyone stays signed in.',
    'zh-CN':
      '用于签发所有会话的访问令牌。轮换后，旧密钥在 25 小时内仍有效，用户不会察觉。若立即停用某个密钥，浏览器与应用会自动换取新令牌，用户保持登录。',
  },
  files: { en: 'Links to files', 'zh-CN': '文件链接' },
  filesWords: {
    en: 'Signs links to pictures when S3 isn’t used. After a rotation, old links keep working for seven days and one hour. If you end a key early, its links stop working; reloading a page gets new ones. Nobody is signed out.',
    'zh-CN':
      '在未使用 S3 时签发图片链接。轮换后，旧链接在七天零一小时内仍有效。若立即停用某个密钥，它签发的链接随之失效，重新载入页面即可获得新链接。会话不受影响。',
  },
  environment: {
    en: 'Using the key from the environment. It hasn’t been rotated here yet.',
    'zh-CN': '正在使用环境变量中的密钥，尚未在此轮换。',
  },
  key: { en: 'Key', 'zh-CN': '密钥' },
  state: { en: 'State', 'zh-CN': '状态' },
  published: { en: 'Active in seconds', 'zh-CN': '数秒后启用' },
  signs: { en: 'Active', 'zh-CN': '正在签名' },
  verifies: { en: 'Still accepted', 'zh-CN': '仍被接受' },
  ended: { en: 'Ended', 'zh-CN': '已停用' },
  since: { en: 'Created', 'zh-CN': '创建时间' },
  until: { en: 'Accepted until', 'zh-CN': '有效至' },
  rotate: { en: 'Rotate', 'zh-CN': '轮换' },
  rotateOf: { en: (what: string) => `Rotate: ${what}`, 'zh-CN': (what: string) => `轮换：${what}` },
  rotated: { en: 'The new key takes over in ten seconds', 'zh-CN': '新密钥将在十秒后启用' },
  end: { en: 'End now', 'zh-CN': '立即停用' },
  endTitle: { en: (kid: string) => `End key ${kid}?`, 'zh-CN': (kid: string) => `停用密钥 ${kid}？` },
  endJwt: {
    en: 'Tokens signed with it are refused within a second. Browsers and apps get new ones; nobody has to sign in again. This can’t be undone.',
    'zh-CN': '它签发的令牌会在一秒内失效，浏览器与应用会自动换取新令牌，无需重新登录。此操作无法撤销。',
  },
  endFiles: {
    en: 'Links signed with it stop working within a second, including links people have passed on. This can’t be undone.',
    'zh-CN': '它签发的链接会在一秒内失效，包括已转发给他人的链接。此操作无法撤销。',
  },
  endedNow: { en: 'Key ended', 'zh-CN': '密钥已停用' },
  meanwhile: {
    en: 'Someone else just rotated it. The list is up to date.',
    'zh-CN': '其他人刚刚进行了轮换，已更新为最新状态。',
  },
  data: { en: 'Data keys', 'zh-CN': '数据密钥' },
  dataWords: {
    en: 'Encrypt secrets in the database: GPU server credentials, webhook secrets, second factors and the keys above. They come from DATA_KEYS and change on restart. The first one encrypts, all of them decrypt. Sessions aren’t affected.',
    'zh-CN':
      '用于加密数据库中的机密：GPU 服务器凭据、Webhook 与两步验证的密钥，以及上面的密钥。它们来自 DATA_KEYS，重启后生效。第一个用于加密，全部可解密；会话不受影响。',
  },
  noData: {
    en: 'DATA_KEYS isn’t set, so secrets can’t be encrypted.',
    'zh-CN': '未设置 DATA_KEYS，无法加密机密。',
  },
  kids: { en: 'Keys (the first encrypts)', 'zh-CN': '密钥（第一个用于加密）' },
  lastRun: { en: 'Last re-encrypted', 'zh-CN': '上次重新加密' },
  never: { en: 'Not yet', 'zh-CN': '尚未' },
  needed: { en: 'Older keys still needed', 'zh-CN': '仍需保留的旧密钥' },
  neededOf: {
    en: (kid: string, count: string) => `${kid} by ${count} secrets`,
    'zh-CN': (kid: string, count: string) => `${kid}（${count} 条机密）`,
  },
  noneNeeded: { en: 'None. They can be removed.', 'zh-CN': '无，可以移除' },
  unreadable: { en: 'Unreadable', 'zh-CN': '无法读取' },
  reencrypt: { en: 'Re-encrypt now', 'zh-CN': '立即重新加密' },
  reencrypted: {
    en: (count: string) => `${count} secrets re-encrypted`,
    'zh-CN': (count: string) => `已重新加密 ${count} 条机密`,
  },
});
