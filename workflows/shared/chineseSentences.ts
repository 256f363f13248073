/*
 * What the server says in English, in Chinese, for pages that show it. The English sentence is the key, and `{}` stands
 * for what varies, `{credits}` for a number with its word. A sentence that is not here is shown by the general one of
 * its code.
 */

type Sentence = readonly [english: string, chinese: string];

/** Beside a field. */
const fields: readonly Sentence[] = [
  ['Use at least {} characters.', '至少需要 {} 个字符。'],
  ['Use at most {} characters.', '最多 {} 个字符。'],
  ['A password has no control characters.', '密码不能包含控制字符。'],
  ['A user name has no colon.', '用户名不能包含冒号。'],
  ['Give a password.', '请填写密码。'],
  [
    'This is one of the passwords that are guessed first. Choose several words.',
    '此密码过于常见，容易被猜中。请使用多个词语。',
  ],
  [
    'Your user name is guessed first. Choose words that are not in it.',
    '密码不能只是用户名。请使用其中没有的词语。',
  ],
  ['Give a user name.', '请填写用户名。'],
  ['Give a text.', '请填写文字。'],
  ['Write something.', '请填写内容。'],
  ['Write a number.', '请填写数字。'],
  ['Write a number above 0.', '请填写大于 0 的数字。'],
  ['Say why.', '请说明原因。'],
  ['Taken.', '已被使用。'],
  ['Unknown.', '无法识别。'],
  ['This is you.', '这是您自己。'],
  ['Nobody has this name.', '没有人使用此名称。'],
  ['Give a name of 1 to 100 characters.', '名称需为 1 至 100 个字符。'],
  ['Give the key a name.', '请为密钥命名。'],
  ['Give the passkey a name.', '请为通行密钥命名。'],
  ['Give the code.', '请填写代码。'],
  ['Type the six digits that your app shows.', '请输入应用显示的六位数字。'],
  ['Give an e-mail address.', '请填写邮箱地址。'],
  ['Write an address such as ada@example.com.', '请填写邮箱地址，例如 ada@example.com。'],
  ['Give an http or https address.', '请填写 http 或 https 地址。'],
  ['Give an address that begins with https.', '请填写以 https 开头的地址。'],
  ['Leave user name and password out.', '请去掉地址中的用户名和密码。'],
  ['This name was not found. Check it, or try again later.', '找不到此域名。请检查，或稍后重试。'],
  ['Give an address on the public internet.', '请填写公网地址。'],
  ['Choose at least one type of event.', '请至少选择一种事件。'],
  ['Name each type once.', '每种事件只能选择一次。'],
  ['Give a time in the future.', '请选择将来的时间。'],
  ['Give or take at least 1 credit.', '至少需要 1 积分。'],
  ['Remove control characters.', '请去掉控制字符。'],
  ['It holds words that are not allowed.', '其中包含不允许的词语。'],
  ['Another collection in this place is called that.', '该处已有同名的收藏集。'],
  ['No asset of yours has this id.', '您没有此编号的文件。'],
  ['A file is needed here.', '此处需要一个文件。'],
  ['Not a picture.', '这不是图片。'],
  ['Not offered here.', '此处不提供。'],
  ['No GPU server knows this name.', '没有 GPU 服务器认识此名称。'],
  ['In the pool already.', '已在服务器池中。'],
  ['There is no such workflow.', '没有这个工作流。'],
  ['There is no such parameter.', '没有这个参数。'],
  ['The password is wrong.', '密码错误。'],
  ['This code is wrong or over. Type the current one.', '代码错误或已过期，请输入当前的代码。'],
  ['This code was used. Wait for the next one.', '此代码已使用，请等待下一个。'],
  ['This recovery code is wrong or was used. Try another.', '恢复代码错误或已使用，请换一个。'],
  ['This passkey is not known here. Use another one.', '此处不认识该通行密钥，请换一个。'],
  [
    'This passkey was not accepted here. Begin again, or use another one.',
    '该通行密钥未被接受。请重试，或换一个。',
  ],
  ['This passkey is in use already. Make another one.', '该通行密钥已在使用，请另建一个。'],
  ['This took too long or was sent twice. Begin again.', '操作超时或重复提交，请重新开始。'],
];

/** Why something was refused. */
const reasons: readonly Sentence[] = [
  [
    'The graph ran as long as a graph may run here, and was stopped. The time cost {credits}. Make the graph smaller: fewer steps or pictures, or a smaller size. Or ask an administrator for more seconds.',
    '节点图已用完在此可运行的时间，因此被停止，所用时间扣除 {} 积分。请精简节点图：减少步数或图片，或缩小尺寸。也可请管理员延长时间。',
  ],
  [
    'The graph broke off at node {}, {}: “{}”. It would again, so it was not tried again. Its time until then cost {credits}. Mend it, then send it again.',
    '节点图在节点 {}（{}）出错：“{}”。重试仍会出错，因此没有重试，此前所用时间扣除 {} 积分。请修正后重新发送。',
  ],
  [
    'The graph broke off at node {}, {}: “{}”. It would again, so it was not tried again. It cost nothing. Mend it, then send it again.',
    '节点图在节点 {}（{}）出错：“{}”。重试仍会出错，因此没有重试，未扣积分。请修正后重新发送。',
  ],
  [
    'The graph ran to its end and made no picture or video that can be kept here. Its time cost {credits}. Have it save one that is not too large, then send it again.',
    '节点图已运行完毕，但没有生成此处可保存的图片或视频，所用时间扣除 {} 积分。请让它保存大小合适的图片或视频，然后重新发送。',
  ],
  [
    'The graph ran to its end and made no picture or video that can be kept here. It cost nothing. Have it save one that is not too large, then send it again.',
    '节点图已运行完毕，但没有生成此处可保存的图片或视频，未扣积分。请让它保存大小合适的图片或视频，然后重新发送。',
  ],
  [
    'Another account here has this address. Remove it there, then use the link again.',
    '另一个账号正在使用此地址。请先在该账号中移除它，再打开链接。',
  ],
  ['Only a person who signed in themselves may do this.', '只有本人登录后才能执行此操作。'],
  [
    'Registration is closed here. Ask an administrator for an account.',
    '此处不开放注册，请向管理员申请账号。',
  ],
  [
    'Registration needs an invite code here. Ask an administrator for one.',
    '注册需要邀请码，请向管理员索取。',
  ],
  [
    'This invite code is wrong, used up or no longer valid. Check it, or ask who gave it to you.',
    '邀请码有误、已用完或已失效。请检查，或联系提供者。',
  ],
  [
    'This needs you yourself: show by your password or passkey that it is you, or sign in again. That holds for ten minutes.',
    '此操作需要您本人确认：请用密码或通行密钥验证身份，或重新登录。十分钟内有效。',
  ],
  [
    'You are the last administrator. Make somebody else one first.',
    '您是最后一位管理员，请先指定其他管理员。',
  ],
  [
    'Stars are for the results of others. Keep your own as a favourite.',
    '星标用于他人的作品，自己的作品请加入收藏。',
  ],
  ['The account of this code cannot be merged with yours.', '此代码的账号无法与您的账号合并。'],
  [
    'The account of this code has its own user name. Sign out, then use the code to sign in to it.',
    '此代码的账号有自己的用户名。请先退出登录，再用代码登录该账号。',
  ],
  [
    'The account of this code has more rights than a user. Ask an administrator to take them away, then merge it.',
    '此代码的账号拥有高于普通用户的权限。请管理员收回后再合并。',
  ],
  [
    'The other account has unfinished tasks. Wait until they are done, or cancel them.',
    '另一账号还有未完成的任务。请等待完成，或取消任务。',
  ],
  [
    'The service key that this webhook came from has ended. Make a new one.',
    '创建此 Webhook 的服务密钥已失效，请新建一个。',
  ],
  ['This account has no password: you sign in to it elsewhere.', '此账号没有密码，您通过其他方式登录。'],
  [
    'This code links to an account that exists. Sign in to your account first, then use the code there.',
    '此代码对应已有账号。请先登录您的账号，再在其中使用代码。',
  ],
  [
    'This installation sends no e-mail. Ask an administrator instead.',
    '此平台未开通邮件发送，请联系管理员。',
  ],
  ['This platform gives no daily credits.', '此平台不发放每日积分。'],
  [
    'This sign-in belongs to an account by now. Sign in with it again.',
    '此登录方式已属于某个账号，请重新用它登录。',
  ],
  ['You are signed in already. Sign out, then open this link again.', '您已登录。请先退出，再打开此链接。'],
  [
    'You cannot decide about what is yours. Ask another moderator.',
    '您不能处理自己的内容，请由其他版主处理。',
  ],
  [
    'You have an app already. Remove it first, then set up the other one.',
    '您已有验证应用。请先移除，再设置新的。',
  ],
  [
    'You have appealed against this decision before. A moderator answers it.',
    '您已对此决定提出申诉，版主会予以答复。',
  ],
  [
    'You signed in with a code from elsewhere, which cannot merge accounts. Sign in with your user name and password.',
    '您是用代码登录的，无法合并账号。请用用户名和密码登录。',
  ],
  ['Notes about yourself are not for you.', '您不能查看关于自己的备注。'],
  ['It was removed for good. Write to whoever runs this server.', '已被永久移除。请联系平台管理员。'],
  ['This person is blocked. Unblock them first.', '此用户已被封禁，请先解除封禁。'],
  [
    'This person has no user name: they sign in elsewhere, without a password.',
    '此用户没有用户名，通过其他方式登录，没有密码。',
  ],
  [
    'You cannot change your own account. Ask another administrator.',
    '您不能更改自己的账号，请由其他管理员操作。',
  ],
  ['You cannot give credits to yourself. Choose somebody else.', '不能赠送积分给自己，请选择其他人。'],
  ['This user name is taken. Choose another.', '此用户名已被使用，请换一个。'],
  ['Nobody here has this name.', '此处没有人使用此名称。'],
  ['This code is not valid. Check it, or ask who gave it to you.', '此兑换码无效。请检查，或联系提供者。'],
  ['This code is used up.', '此兑换码已用完。'],
  ['You have used this code already.', '您已使用过此兑换码。'],
  ['This code is wrong, was used or has expired. Make a new one.', '代码有误、已使用或已过期，请重新生成。'],
  [
    'This link is wrong, was used or has expired. Ask for a new one.',
    '链接有误、已使用或已过期，请重新获取。',
  ],
  ['User name or password is wrong.', '用户名或密码错误。'],
  ['You have no passkey here.', '您在此处没有通行密钥。'],
  [
    'You have no passkey here. Use a code of your app or a recovery code.',
    '您在此处没有通行密钥。请使用应用代码或恢复代码。',
  ],
  ['You have no app to remove.', '您没有可移除的验证应用。'],
  ['You have no second factor yet. Set one up first.', '您尚未启用两步验证，请先设置。'],
  ['You have no e-mail address here.', '您尚未设置邮箱。'],
  ['There is no such passkey.', '没有这个通行密钥。'],
  ['There is no such webhook.', '没有这个 Webhook。'],
  ['There is no such delivery.', '没有这条发送记录。'],
  ['There is no such key.', '没有这个密钥。'],
  ['There is no such session.', '没有这个登录。'],
  ['You have {} webhooks. Delete one that you no longer use.', '您已有 {} 个 Webhook，请删除不再使用的。'],
  ['You have {} passkeys. Remove one that you no longer use.', '您已有 {} 个通行密钥，请移除不再使用的。'],
  ['You have {} keys. Revoke one that you no longer use.', '您已有 {} 个密钥，请撤销不再使用的。'],
  ['You have {} collections. Delete one that you no longer need.', '您已有 {} 个收藏集，请删除不再需要的。'],
  [
    'This collection is shared with {} groups. Remove one first.',
    '此收藏集已与 {} 个分组共享，请先移除一个。',
  ],
  ['There are {} groups. Empty one that is no longer needed.', '已有 {} 个分组，请先清空不再需要的。'],
  ['A person is in 20 groups at most.', '一个人最多加入 20 个分组。'],
  ['Give a name of 1 to 60 characters.', '名称需为 1 至 60 个字符。'],
  ['You are in no such group.', '您不在此分组中。'],
  ['You have {} links. Withdraw one that you no longer need.', '您已有 {} 个链接，请撤回不再需要的。'],
  [
    'You have {} unfinished tasks, and {} is your limit. Wait until there are fewer, or cancel one.',
    '您有 {} 个未完成的任务，上限为 {} 个。请等待完成，或取消一个。',
  ],
  [
    '{} old secrets of this webhook still sign. Try again when one has ended, a day after its rotation.',
    '此 Webhook 还有 {} 个旧密钥在签名。请在其失效（更换后一天）后重试。',
  ],
  [
    'You have already collected today’s credits. You can collect more from midnight UTC.',
    '您今天已领取积分，UTC 零点后可再次领取。',
  ],
  [
    'You can give away {credits} a day. Give less, or go on after midnight UTC.',
    '您每天最多可赠送 {} 积分。请减少数量，或在 UTC 零点后继续。',
  ],
  ['You may report {} things a day. Go on tomorrow.', '您每天最多可举报 {} 项，请明天继续。'],
  ['A part of your export is being sent already. Wait for it.', '您的导出正在进行，请等待完成。'],
  [
    'This needs {credits} and you have {}. Claim your daily credits or ask an administrator for more.',
    '需要 {} 积分，您有 {} 积分。请领取每日积分，或联系管理员。',
  ],
  [
    'Too many wrong codes. Wait, or use a recovery code or a passkey.',
    '错误代码过多。请稍候，或使用恢复代码或通行密钥。',
  ],
];

export const chineseSentences: readonly Sentence[] = [...fields, ...reasons];

/** Where something varies. */
export const gap = /\{(?:credits)?\}/;

const patterns = chineseSentences.map(([english, chinese]) => {
  const escaped = english.replaceAll(/[.*+?^$()[\]|\\]/g, '\\$&');
  const source = escaped.replaceAll('{credits}', '(.+?) credits?').replaceAll('{}', '(.+?)');
  return { pattern: new RegExp(`^${source}$`), chinese };
});

/** Undefined for a sentence that is not here: a newer server may say others. */
export function sayInChinese(english: string): string | undefined {
  for (const { pattern, chinese } of patterns) {
    const values = pattern.exec(english)?.slice(1);
    if (values) return chinese.replaceAll('{}', () => values.shift() ?? '');
  }
  return undefined;
}
