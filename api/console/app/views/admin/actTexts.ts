import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import type { AuditAction } from '@star-graph/workflows/shared/auditActions';

const actTexts = defineTexts({
  'announcement.create': { en: 'Announcement published', 'zh-CN': '发布公告' },
  'announcement.delete': { en: 'Announcement withdrawn', 'zh-CN': '撤回公告' },
  'asset.view': { en: 'Withheld picture viewed', 'zh-CN': '查看受限制的图片' },
  'audit.export': { en: 'Audit exported', 'zh-CN': '导出审计记录' },
  'backend.cancel-recycle': { en: 'Recycling cancelled', 'zh-CN': '取消回收' },
  'backend.cancel-warm-up': { en: 'Warm-up cancelled', 'zh-CN': '取消预热' },
  'backend.change': { en: 'Server changed', 'zh-CN': '修改服务器' },
  'backend.clear-unfit-models': { en: 'Models retried', 'zh-CN': '重试不可用的模型' },
  'backend.create': { en: 'Server added', 'zh-CN': '添加服务器' },
  'backend.drain': { en: 'Server drained', 'zh-CN': '排空服务器' },
  'backend.recall': { en: 'Tasks recalled', 'zh-CN': '召回任务' },
  'backend.recycle': { en: 'Recycling requested', 'zh-CN': '请求回收' },
  'backend.recycled': { en: 'Server recycled', 'zh-CN': '服务器已回收' },
  'backend.remove': { en: 'Server removed', 'zh-CN': '移除服务器' },
  'backend.cancel-fetch': { en: 'Model download cancelled', 'zh-CN': '取消模型下载' },
  'backend.fetch-models': { en: 'Model download requested', 'zh-CN': '下载模型' },
  'backend.join': { en: 'GPU machine joined', 'zh-CN': 'GPU 机器加入' },
  'backend.join-code': { en: 'GPU machine code created', 'zh-CN': '生成 GPU 机器加入码' },
  'backend.warm-up': { en: 'Warm-up requested', 'zh-CN': '请求预热' },
  'backup.ask': { en: 'Backup requested', 'zh-CN': '请求备份' },
  'guild.credits': { en: 'Discord server credits changed', 'zh-CN': 'Discord 服务器积分' },
  'guild.policy': { en: 'Discord server policy changed', 'zh-CN': 'Discord 服务器策略' },
  'invites.create': { en: 'Invitations created', 'zh-CN': '创建邀请码' },
  'invites.withdraw': { en: 'Invitations withdrawn', 'zh-CN': '撤回邀请码' },
  'keys.end': { en: 'Signing key ended', 'zh-CN': '停用签名密钥' },
  'keys.reencrypt': { en: 'Secrets re-encrypted', 'zh-CN': '重新加密' },
  'keys.rotate': { en: 'Signing key rotated', 'zh-CN': '轮换签名密钥' },
  'model.change': { en: 'Model details changed', 'zh-CN': '修改模型信息' },
  'model.delete': { en: 'Model details removed', 'zh-CN': '删除模型信息' },
  'models.settings': { en: 'Model settings changed', 'zh-CN': '修改模型设置' },
  'order.confirm': { en: 'Order confirmed', 'zh-CN': '确认订单' },
  'order.refund': { en: 'Order refunded', 'zh-CN': '退款' },
  'package.put': { en: 'Package saved', 'zh-CN': '设置套餐' },
  'platform.restore': { en: 'Platform restored', 'zh-CN': '恢复平台' },
  'queue.pause': { en: 'Queue paused', 'zh-CN': '暂停队列' },
  'queue.resume': { en: 'Queue resumed', 'zh-CN': '恢复队列' },
  'report.decide': { en: 'Report decided', 'zh-CN': '处理举报' },
  'role.policy': { en: 'Role policy changed', 'zh-CN': '修改角色权限' },
  'service-key.create': { en: 'Service key created', 'zh-CN': '创建服务密钥' },
  'service-key.revoke': { en: 'Service key revoked', 'zh-CN': '撤销服务密钥' },
  'settings.change': { en: 'Settings changed', 'zh-CN': '修改设置' },
  'settings.revert': { en: 'Settings reverted', 'zh-CN': '还原设置' },
  'task.cancel': { en: 'Task cancelled', 'zh-CN': '取消任务' },
  'task.move': { en: 'Task moved', 'zh-CN': '调整任务顺序' },
  'task.requeue': { en: 'Task requeued', 'zh-CN': '重新排队' },
  'transfer.reverse': { en: 'Transfer reversed', 'zh-CN': '冲正转账' },
  'user.change': { en: 'Person edited', 'zh-CN': '修改用户' },
  'user.credits': { en: 'Credits adjusted', 'zh-CN': '调整积分' },
  'user.delete': { en: 'Account deleted', 'zh-CN': '删除账号' },
  'user.groups': { en: 'Groups of a person', 'zh-CN': '修改用户分组' },
  'user.link': { en: 'Account linked', 'zh-CN': '关联账号' },
  'user.note': { en: 'Note on a person', 'zh-CN': '用户备注' },
  'user.password-reset': { en: 'Password reset link created', 'zh-CN': '创建密码重置链接' },
  'user.password-reset.use': { en: 'Password reset used', 'zh-CN': '通过重置设置密码' },
  'user.policy': { en: 'Person’s policy changed', 'zh-CN': '修改用户权限' },
  'user.role.provider': { en: 'Role set by the sign-in provider', 'zh-CN': '登录方授予角色' },
  'user.second-factor': { en: 'Second factor removed', 'zh-CN': '移除第二验证' },
  'user.sessions': { en: 'Sessions ended', 'zh-CN': '结束会话' },
  'user.unlink': { en: 'Account unlinked', 'zh-CN': '解除关联' },
  'vouchers.create': { en: 'Vouchers created', 'zh-CN': '创建兑换码' },
  'vouchers.withdraw': { en: 'Vouchers withdrawn', 'zh-CN': '撤回兑换码' },
  'webhook.replay': { en: 'Delivery resent', 'zh-CN': '重新发送' },
  'wildcards.change': { en: 'Wildcard list changed', 'zh-CN': '修改通配词列表' },
  'words.rules': { en: 'Word rules changed', 'zh-CN': '修改词语规则' },
  'workflow.activate': { en: 'Workflow activated', 'zh-CN': '启用工作流' },
  'workflow.create': { en: 'Workflow added', 'zh-CN': '添加工作流' },
  'workflow.deactivate': { en: 'Workflow deactivated', 'zh-CN': '停用工作流' },
  'asset.quarantine': { en: 'Picture withheld', 'zh-CN': '限制图片' },
  'quarantine.check': { en: 'Picture checked by the filter', 'zh-CN': '过滤器审查' },
  'quarantine.release': { en: 'Picture released', 'zh-CN': '解除限制' },
  'quarantine.remove': { en: 'Picture removed', 'zh-CN': '移除图片' },
  'quarantine.uphold': { en: 'Objection rejected', 'zh-CN': '驳回申诉' },
} satisfies Record<AuditAction, Record<'en' | 'zh-CN', string>>);

export const texts = defineTexts({
  unscheduled: { en: 'Outside the schedule', 'zh-CN': '不在定时计划内' },
});

/** In words. An older or newer server may have acts that this page does not know: they keep their names. */
export const nameAct = (action: string): string => (actTexts as Record<string, string>)[action] ?? action;

/** What acts are done to: parts of the platform, and kinds of things that have an id. */
const targetTexts: Record<string, string> = defineTexts({
  audit: { en: 'Audit log', 'zh-CN': '审计日志' },
  backup: { en: 'Backups', 'zh-CN': '备份' },
  'keys:data': { en: 'Encryption keys', 'zh-CN': '加密密钥' },
  'keys:files': { en: 'Key for file links', 'zh-CN': '文件链接密钥' },
  'keys:jwt': { en: 'Key for sign-ins', 'zh-CN': '登录密钥' },
  platform: { en: 'Platform', 'zh-CN': '平台' },
  pool: { en: 'GPU servers', 'zh-CN': 'GPU 服务器' },
  queue: { en: 'Queue', 'zh-CN': '队列' },
  'settings:live': { en: 'Settings', 'zh-CN': '设置' },
  'settings:models': { en: 'Model settings', 'zh-CN': '模型设置' },
  'settings:wildcards': { en: 'Wildcards', 'zh-CN': '通配词列表' },
  'settings:words': { en: 'Word rules', 'zh-CN': '词语规则' },
  'webhook-events': { en: 'Webhook events', 'zh-CN': 'Webhook 事件' },
  announcement: { en: 'Announcement', 'zh-CN': '公告' },
  asset: { en: 'Picture', 'zh-CN': '图片' },
  backend: { en: 'GPU server', 'zh-CN': 'GPU 服务器' },
  guild: { en: 'Discord server', 'zh-CN': 'Discord 服务器' },
  invites: { en: 'Invitations', 'zh-CN': '邀请码' },
  model: { en: 'Model', 'zh-CN': '模型' },
  order: { en: 'Order', 'zh-CN': '订单' },
  package: { en: 'Package', 'zh-CN': '套餐' },
  report: { en: 'Report', 'zh-CN': '举报' },
  role: { en: 'Role', 'zh-CN': '角色' },
  'service-key': { en: 'Service key', 'zh-CN': '服务密钥' },
  task: { en: 'Task', 'zh-CN': '任务' },
  transfer: { en: 'Transfer', 'zh-CN': '转账' },
  vouchers: { en: 'Vouchers', 'zh-CN': '兑换码' },
  webhook: { en: 'Webhook', 'zh-CN': 'Webhook' },
  workflow: { en: 'Workflow', 'zh-CN': '工作流' },
});

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** In words, with an id that people can read. */
export function nameTargetKind(target: string): string {
  const whole = targetTexts[target];
  if (whole !== undefined) return whole;
  const [kind = '', id = ''] = target.split(/:(.*)/s);
  const words = targetTexts[kind];
  if (words === undefined) return target;
  return uuid.test(id) ? words : `${words} ${id}`;
}
