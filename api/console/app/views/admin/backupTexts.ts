import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Backups', 'zh-CN': '备份' },
  intro: {
    en: 'Reported by the backup program. For safety, backups can’t be read or restored from a browser.',
    'zh-CN': '由备份程序上报。为安全起见，无法在浏览器中读取或恢复备份。',
  },
  good: { en: 'Verified', 'zh-CN': '已校验' },
  made: { en: 'Created', 'zh-CN': '已创建' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
  broken: { en: 'Can’t be restored', 'zh-CN': '无法恢复' },
  removed: { en: 'Removed', 'zh-CN': '已清理' },
  state: { en: 'State', 'zh-CN': '状态' },
  when: { en: 'Time', 'zh-CN': '时间点' },
  took: { en: 'Took', 'zh-CN': '耗时' },
  size: { en: 'Size', 'zh-CN': '大小' },
  files: { en: 'Files', 'zh-CN': '文件' },
  missing: { en: 'Missing files', 'zh-CN': '缺失的文件' },
  checked: { en: 'Checked', 'zh-CN': '校验' },
  notYet: { en: 'Not yet', 'zh-CN': '尚未' },
  host: { en: 'Host', 'zh-CN': '所在机器' },
  folder: { en: 'Folder', 'zh-CN': '文件夹' },
  name: { en: 'File', 'zh-CN': '文件名' },
  fault: { en: 'Problem', 'zh-CN': '问题' },
  removedAt: { en: 'Removed', 'zh-CN': '清理时间' },
  none: { en: 'No backups yet', 'zh-CN': '还没有备份' },
  noneWords: {
    en: 'Press “Back up now”, or set BACKUP_EVERY_HOURS=24 for a daily backup.',
    'zh-CN': '点击“立即备份”创建。设置 BACKUP_EVERY_HOURS=24，npm start 会每天自动备份。',
  },
  byCommand: { en: 'On the machine that runs Star-Graph', 'zh-CN': '在平台所在机器上用命令操作' },
  makeNow: { en: 'Back up now', 'zh-CN': '立即备份' },
  make: { en: 'Back up', 'zh-CN': '备份' },
  makeHint: {
    en: 'No downtime. Needs BACKUP_RECIPIENTS or BACKUP_PASSPHRASE.',
    'zh-CN': '无需停机。需要 BACKUP_RECIPIENTS 或 BACKUP_PASSPHRASE。',
  },
  waiting: { en: 'Waiting for the backup program', 'zh-CN': '等待备份程序' },
  waitingHint: {
    en: 'Starts within ten seconds where npm start runs. Elsewhere, run the command below or wait for the next scheduled backup.',
    'zh-CN': '通过 npm start 运行时，十秒内开始。其他部署方式请运行下面的命令，或等待下一次定时备份。',
  },
  working: { en: 'Backing up', 'zh-CN': '正在备份' },
  ofDatabase: { en: 'Saving the database', 'zh-CN': '正在保存数据库' },
  ofFiles: {
    en: (files: string, all: string, bytes: string) => `${files} of ${all} files · ${bytes}`,
    'zh-CN': (files: string, all: string, bytes: string) => `${files} / ${all} 个文件 · ${bytes}`,
  },
  silent: { en: 'The backup program stopped responding', 'zh-CN': '备份程序已无响应' },
  silentHint: {
    en: 'Check its log, then start another backup. Last progress: ',
    'zh-CN': '请查看其日志，然后重新备份。最近一次进度：',
  },
  runFailed: { en: 'The backup failed', 'zh-CN': '备份失败' },
  failedHint: {
    en: 'It isn’t retried automatically. Fix the cause, then try again.',
    'zh-CN': '系统不会自动重试。请先解决上述问题，再点击“重试”。',
  },
  scheduledHint: {
    en: 'The schedule retries it automatically.',
    'zh-CN': '定时备份会自动重试。',
  },
  tryAgain: { en: 'Try again', 'zh-CN': '重试' },
  verify: { en: 'Verify the latest backup', 'zh-CN': '校验最新备份能否恢复' },
  verifyHint: {
    en: 'Reads the whole file and checks every count and hash without changing anything. Omit --identity if you use a passphrase.',
    'zh-CN': '读取整个文件并核对所有计数与哈希，不做任何更改。使用口令时省略 --identity。',
  },
  restore: { en: 'Restore a backup', 'zh-CN': '恢复备份' },
  restoreHint: {
    en: 'Stop the platform first: the command refuses while the database is in use.',
    'zh-CN': '须先停止平台：数据库仍被使用时命令会拒绝执行。',
  },
  meaning: { en: 'What a restore does', 'zh-CN': '恢复会做什么' },
  step1: {
    en: 'Reads the whole backup before changing anything, and saves a restore point of the current data.',
    'zh-CN': '先完整读取备份再做更改，并为当前数据写一个还原点。',
  },
  step2: {
    en: 'Removes tasks, credits, accounts and settings created since the backup. Tasks that were open at the time run again and are charged once.',
    'zh-CN': '备份之后的任务、积分、账号与设置会丢失。当时未完成的任务会重新运行，且只扣一次积分。',
  },
  step3: { en: 'Everyone has to sign in again.', 'zh-CN': '所有人需要重新登录。' },
  step4: {
    en: 'Accounts deleted or blocked since then come back. Delete or block them again.',
    'zh-CN': '此后删除或停用的账号会恢复原状，需要重新删除或停用。',
  },
  step5: {
    en: 'Finally checks the ledger, the audit log and every file. The platform won’t start if anything is broken.',
    'zh-CN': '最后会检查账本、审计与所有文件；若有损坏，平台不会启动。',
  },
});
