import { defineTexts } from '@star-graph/ui/texts/defineTexts';

const many = (one: string, more: (count: number) => string) => (count: number) =>
  count === 1 ? one : more(count);
/** The first page was read: there may be more. */
const atLeast = (count: number) => (count >= 100 ? '100+' : String(count));

export const texts = defineTexts({
  title: { en: 'Overview', 'zh-CN': '概览' },

  needsYou: { en: 'Needs attention', 'zh-CN': '需要处理' },
  allWell: { en: 'All good. Nothing needs your attention.', 'zh-CN': '一切正常，目前无需处理。' },
  noServers: {
    en: 'No GPU server is available, so all tasks are waiting',
    'zh-CN': '没有可用的 GPU 服务器，所有任务都在等待',
  },
  onlyPlaceholder: {
    en: 'No GPU server is available, so people get sample pictures from the placeholder',
    'zh-CN': '没有可用的 GPU 服务器，用户得到的是占位服务器的示例图片',
  },
  serversDown: {
    en: many('1 GPU server is down', (count) => `${count} GPU servers are down`),
    'zh-CN': (count: number) => `${count} 台 GPU 服务器不可用`,
  },
  paused: {
    en: 'The queue is paused: no tasks are sent to GPU servers',
    'zh-CN': '队列已暂停，不会向 GPU 服务器分配任务',
  },
  noPlan: {
    en: 'Tasks are waiting, but no dispatcher is running',
    'zh-CN': '有任务在等待，但没有调度器运行',
  },
  longWait: {
    en: (time: string) => `Someone has been waiting for ${time}`,
    'zh-CN': (time: string) => `有用户已等待 ${time}`,
  },
  maintenance: { en: 'Maintenance is on: no new tasks are accepted', 'zh-CN': '维护中，不接受新任务' },
  ledgerWrong: { en: 'The ledger doesn’t balance', 'zh-CN': '账本不平' },
  noBackup: { en: 'No usable backup', 'zh-CN': '没有可用的备份' },
  oldBackup: {
    en: (age: string) => `The last usable backup is ${age} old`,
    'zh-CN': (age: string) => `最近的可用备份距今 ${age}`,
  },
  failedBackup: { en: 'The last backup failed', 'zh-CN': '最近一次备份失败' },
  brokenBackup: { en: 'The last backup can’t be restored', 'zh-CN': '最近一次备份无法恢复' },
  mismatched: {
    en: (count: number) =>
      count === 1
        ? '1 order was paid at a different price'
        : `${atLeast(count)} orders were paid at a different price`,
    'zh-CN': (count: number) => `${atLeast(count)} 个订单付款金额不符`,
  },
  reports: {
    en: (count: number) => (count === 1 ? '1 report to review' : `${atLeast(count)} reports to review`),
    'zh-CN': (count: number) => `${atLeast(count)} 条举报待处理`,
  },
  undelivered: {
    en: (count: number) =>
      count === 1
        ? '1 webhook message wasn’t delivered'
        : `${atLeast(count)} webhook messages weren’t delivered`,
    'zh-CN': (count: number) => `${atLeast(count)} 条 Webhook 消息未送达`,
  },
  setAside: {
    en: (count: number) =>
      count === 1 ? '1 event reached no webhook' : `${atLeast(count)} events reached no webhook`,
    'zh-CN': (count: number) => `${atLeast(count)} 个事件未能交给 Webhook`,
  },
  lockedSignIns: {
    en: many('Sign-in was locked once today', (count) => `Sign-ins were locked ${count} times today`),
    'zh-CN': (count: number) => `一天内登录被锁定 ${count} 次`,
  },
  ignored: {
    en: many('1 stored setting isn’t recognised', (count) => `${count} stored settings aren’t recognised`),
    'zh-CN': (count: number) => `${count} 项已存设置无法识别`,
  },

  firstSteps: { en: 'First steps', 'zh-CN': '开始使用' },
  closeSteps: { en: 'Dismiss', 'zh-CN': '不再显示' },
  stepDone: { en: 'Done', 'zh-CN': '已完成' },
  stepOpen: { en: 'To do', 'zh-CN': '待完成' },
  tick: { en: 'Mark as done', 'zh-CN': '标为完成' },
  showHow: { en: 'Show how', 'zh-CN': '查看方法' },
  addServer: { en: 'Add a server', 'zh-CN': '添加服务器' },
  joinMachine: { en: 'Join a machine', 'zh-CN': '让机器加入' },
  toModelFiles: { en: 'Model files', 'zh-CN': '模型文件' },
  endPlaceholder: { en: 'Turn it off', 'zh-CN': '关闭' },
  stepServers: { en: 'Connect a GPU server', 'zh-CN': '连接 GPU 服务器' },
  stepServersWords: {
    en: 'Enter the address of ComfyUI and check it first, or run one command on the machine itself.',
    'zh-CN': '填写 ComfyUI 的地址并先行检查，或在那台机器上运行一行命令。',
  },
  stepServersBeside: {
    en: 'The one that’s ready is a placeholder and only draws sample pictures. Enter the address of your ComfyUI, or run one command on the GPU machine.',
    'zh-CN': '目前就绪的是占位服务器，只会画出示意图。请填写您的 ComfyUI 地址，或在 GPU 机器上运行一行命令。',
  },
  stepPlaceholder: { en: 'Turn off the placeholder server', 'zh-CN': '关闭占位服务器' },
  stepPlaceholderWords: {
    en: 'It still takes tasks, but only draws sample pictures.',
    'zh-CN': '它仍在接受任务，只会画出示意图而不是真正的图片。',
  },
  stepModels: { en: 'Download model files', 'zh-CN': '下载模型文件' },
  stepModelsWords: {
    en: 'No workflow can run on your GPU servers yet. Each server lists the files it’s missing, with size and licence.',
    'zh-CN': '您的 GPU 服务器还不能运行任何工作流。服务器页面会列出缺少的文件及其大小和许可证。',
  },
  stepBackups: { en: 'Set up backups', 'zh-CN': '设置备份' },
  stepBackupsWords: {
    en: 'npm run sg -- setup asks who can open them and how often to make them.',
    'zh-CN': 'npm run sg -- setup 会询问谁能解开备份，以及多久备份一次。',
  },
  stepDiscord: { en: 'Connect Discord', 'zh-CN': '接入 Discord' },
  stepDiscordWords: {
    en: 'npm run sg -- setup asks for the bot’s token and checks it with Discord.',
    'zh-CN': 'npm run sg -- setup 会询问机器人的令牌，并当场向 Discord 验证。',
  },
  stepAlerts: { en: 'Set up alerts', 'zh-CN': '设置告警' },
  stepAlertsWords: {
    en: 'npm run sg -- setup asks for a webhook and writes the Alertmanager file.',
    'zh-CN': 'npm run sg -- setup 会询问 Webhook 地址，并写好 Alertmanager 的配置文件。',
  },

  now: { en: 'Now', 'zh-CN': '当前' },
  waiting: { en: 'Waiting', 'zh-CN': '排队中' },
  working: { en: 'Working', 'zh-CN': '生成中' },
  people: { en: 'People waiting', 'zh-CN': '等待中的用户' },
  oldest: { en: 'Longest wait', 'zh-CN': '最长等待' },
  servers: { en: 'GPU servers ready', 'zh-CN': '就绪的 GPU 服务器' },
  placeholders: { en: 'Servers ready (no GPU)', 'zh-CN': '就绪的服务器（无 GPU）' },
  lanes: { en: 'Queue by lane', 'zh-CN': '各通道排队' },
  interactive: { en: 'Quick', 'zh-CN': '快速' },
  standard: { en: 'Standard', 'zh-CN': '普通' },
  long: { en: 'Long', 'zh-CN': '长任务' },
  since: { en: (time: string) => `for ${time}`, 'zh-CN': (time: string) => `已等 ${time}` },
  gpuUse: { en: 'GPU use', 'zh-CN': 'GPU 使用情况' },
  toServers: { en: 'All servers', 'zh-CN': '全部服务器' },
  busyOf: {
    en: (busy: number, ready: number) => `${busy} of ${ready} busy`,
    'zh-CN': (busy: number, ready: number) => `${ready} 台中有 ${busy} 台在工作`,
  },
  noReady: { en: 'None ready', 'zh-CN': '没有就绪的服务器' },
  up: { en: 'Ready', 'zh-CN': '就绪' },
  down: { en: 'Down', 'zh-CN': '不可用' },
  unknown: { en: 'Not connected yet', 'zh-CN': '尚未连接' },
  resting: { en: 'Resting', 'zh-CN': '暂停恢复中' },
  trial: { en: 'On trial', 'zh-CN': '试运行' },
  draining: { en: 'Draining', 'zh-CN': '排空中' },
  tasksOf: { en: many('task', () => 'tasks'), 'zh-CN': () => '个任务' },

  overTime: { en: 'Trends', 'zh-CN': '趋势' },
  reach: { en: 'Time range', 'zh-CN': '时间范围' },
  '24h': { en: '24 hours', 'zh-CN': '24 小时' },
  '7d': { en: '7 days', 'zh-CN': '7 天' },
  '30d': { en: '30 days', 'zh-CN': '30 天' },
  tasks: { en: 'Tasks', 'zh-CN': '任务' },
  ended: { en: 'Completed tasks', 'zh-CN': '已结束任务' },
  succeeded: { en: 'Succeeded', 'zh-CN': '成功' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
  success: { en: 'Success rate', 'zh-CN': '成功率' },
  wait: { en: 'Average wait', 'zh-CN': '平均等待' },
  gpu: { en: 'GPU time', 'zh-CN': 'GPU 用时' },
  spent: { en: 'Spent', 'zh-CN': '任务消耗' },
  sold: { en: 'Sold', 'zh-CN': '售出' },
  creditsSpent: { en: 'Credits spent', 'zh-CN': '消耗积分' },
  creditsSold: { en: 'Credits sold', 'zh-CN': '售出积分' },
  credits: { en: 'Credits', 'zh-CN': '积分' },
  queueMean: { en: 'Average queue', 'zh-CN': '队列（平均）' },
  none: {
    en: 'No activity in this period.',
    'zh-CN': '此时段没有任务。',
  },
  busyWith: { en: 'GPU time by workflow', 'zh-CN': 'GPU 用时去向' },
  workflow: { en: 'Workflow', 'zh-CN': '工作流' },
  model: { en: 'Model', 'zh-CN': '模型' },
  share: { en: 'Share', 'zh-CN': '占比' },

  lastBackup: { en: 'Last usable backup', 'zh-CN': '最近的可用备份' },
  toBackups: { en: 'All backups', 'zh-CN': '全部备份' },
  backupState: { en: 'State', 'zh-CN': '状态' },
  made: { en: 'Created', 'zh-CN': '创建时间' },
  size: { en: 'Size', 'zh-CN': '大小' },
  checkedAt: { en: 'Checked', 'zh-CN': '校验时间' },
  notChecked: { en: 'Not yet', 'zh-CN': '尚未' },
  place: { en: 'Where', 'zh-CN': '位置' },
  noBackupWords: {
    en: 'No backups yet. Without one, a failed disk means losing everything.',
    'zh-CN': '还没有备份。一旦磁盘损坏，所有数据都会丢失。',
  },
});
