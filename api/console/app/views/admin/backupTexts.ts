import { defineTexts } from '../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Backups', 'zh-CN': '备份' },
  intro: {
    en: 'What the program that makes backups tells. This page can neither read nor restore one: whoever takes over a browser must not get them.',
    'zh-CN': '备份程序上报的记录。此页面无法读取或恢复备份：即使浏览器被他人控制，备份也不会泄露。',
  },
  good: { en: 'Whole', 'zh-CN': '完好' },
  made: { en: 'Made', 'zh-CN': '已创建' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
  broken: { en: 'Cannot be restored', 'zh-CN': '无法恢复' },
  removed: { en: 'Removed', 'zh-CN': '已清理' },
  state: { en: 'State', 'zh-CN': '状态' },
  when: { en: 'Of', 'zh-CN': '时间点' },
  took: { en: 'Took', 'zh-CN': '耗时' },
  size: { en: 'Size', 'zh-CN': '大小' },
  files: { en: 'Files', 'zh-CN': '文件' },
  missing: { en: 'Files that were missing', 'zh-CN': '缺失的文件' },
  checked: { en: 'Checked', 'zh-CN': '校验' },
  notYet: { en: 'Not yet', 'zh-CN': '尚未' },
  host: { en: 'On', 'zh-CN': '所在机器' },
  folder: { en: 'Folder', 'zh-CN': '文件夹' },
  name: { en: 'File', 'zh-CN': '文件名' },
  fault: { en: 'What went wrong', 'zh-CN': '问题' },
  removedAt: { en: 'Removed', 'zh-CN': '清理时间' },
  none: { en: 'No backup is known', 'zh-CN': '还没有备份' },
  noneWords: {
    en: 'Make one by the command below. BACKUP_EVERY_HOURS=24 lets npm start make one a day.',
    'zh-CN': '用下面的命令创建。设置 BACKUP_EVERY_HOURS=24，npm start 会每天自动备份。',
  },
  byCommand: { en: 'By command, where the platform runs', 'zh-CN': '在平台所在机器上用命令操作' },
  makeNow: { en: 'Make one now', 'zh-CN': '立即备份' },
  makeHint: {
    en: 'While everything runs. It takes BACKUP_RECIPIENTS, or BACKUP_PASSPHRASE.',
    'zh-CN': '无需停机。需要 BACKUP_RECIPIENTS 或 BACKUP_PASSPHRASE。',
  },
  verify: { en: 'Check that the newest can be restored', 'zh-CN': '校验最新备份能否恢复' },
  verifyHint: {
    en: 'It reads the whole file and compares every count and hash, and changes nothing. With a passphrase leave --identity out.',
    'zh-CN': '读取整个文件并核对所有计数与哈希，不做任何更改。使用口令时省略 --identity。',
  },
  restore: { en: 'Restore one', 'zh-CN': '恢复备份' },
  restoreHint: {
    en: 'The platform has to be stopped: the command refuses while anything uses the database.',
    'zh-CN': '须先停止平台：数据库仍被使用时命令会拒绝执行。',
  },
  meaning: { en: 'What a restore does', 'zh-CN': '恢复会做什么' },
  step1: {
    en: 'It reads the backup to its end before it changes anything, and writes a restore point of what is there now.',
    'zh-CN': '先完整读取备份再做更改，并为当前数据写一个还原点。',
  },
  step2: {
    en: 'Tasks, credits, accounts and settings made since the backup are gone. Tasks that were open then run again, and are paid once.',
    'zh-CN': '备份之后的任务、积分、账号与设置会丢失。当时未完成的任务会重新运行，且只扣一次积分。',
  },
  step3: { en: 'Everybody signs in again.', 'zh-CN': '所有人需要重新登录。' },
  step4: {
    en: 'Accounts that were deleted or blocked since are back as they were: delete and block them again.',
    'zh-CN': '此后删除或停用的账号会恢复原状，需要重新删除或停用。',
  },
  step5: {
    en: 'At its end it checks the ledger, the audit and every file, and no platform starts on what is broken.',
    'zh-CN': '最后会检查账本、审计与所有文件；若有损坏，平台不会启动。',
  },
});
