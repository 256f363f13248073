/** Commands that managers can withdraw, with their Chinese names; what is not here always works. */
export const withdrawable: ReadonlyMap<string, string> = new Map([
  ['imagine', '绘图'],
  ['img2img', '图生图'],
  ['inpaint', '局部重绘'],
  ['outpaint', '扩图'],
  ['upscale', '放大'],
  ['pose', '姿势'],
  ['video', '视频'],
  ['run', '运行'],
  ['task', '任务'],
  ['history', '历史'],
  ['queue', '队列'],
  ['balance', '余额'],
  ['daily', '每日'],
  ['gift', '赠送'],
  ['link', '关联'],
  ['models', '模型'],
]);
