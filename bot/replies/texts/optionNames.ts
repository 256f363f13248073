/**
 * The option names of parameters, by the API's parameter: `[English, 中文]`. Several may become one option. Commands
 * and sentences about values take the name from here.
 */
export const optionNames = {
  prompt: ['prompt', '提示词'],
  negativePrompt: ['negative', '反向提示词'],
  image: ['image', '图片'],
  image2: ['image2', '图片2'],
  image3: ['image3', '图片3'],
  image4: ['image4', '图片4'],
  video: ['video', '视频'],
  audio: ['audio', '音频'],
  mask: ['mask', '蒙版'],
  growMask: ['grow', '扩展'],
  model: ['model', '模型'],
  loras: ['lora', '风格模型'],
  width: ['size', '尺寸'],
  height: ['size', '尺寸'],
  sampler: ['sampler', '采样器'],
  steps: ['steps', '步数'],
  cfg: ['cfg', '引导强度'],
  seed: ['seed', '种子'],
  count: ['count', '数量'],
  denoise: ['denoise', '重绘强度'],
  scale: ['scale', '倍数'],
  control: ['control', '控制方式'],
  strength: ['strength', '强度'],
  preset: ['preset', '预设'],
  style: ['style', '画风'],
  lastImage: ['last', '末帧图片'],
  seconds: ['seconds', '秒数'],
  sound: ['sound', '声音'],
  frames: ['frames', '帧数'],
  fps: ['fps', '每秒帧数'],
  motion: ['motion', '运动幅度'],
  left: ['amount', '扩展量'],
  top: ['amount', '扩展量'],
  right: ['amount', '扩展量'],
  bottom: ['amount', '扩展量'],
  amount: ['amount', '数量'],
  reason: ['reason', '原因'],
  defaultModel: ['model', '模型'],
  defaultSize: ['size', '尺寸'],
  defaultNegativePrompt: ['negative', '反向提示词'],
} as const satisfies Record<string, readonly [string, string]>;
export type OptionParam = keyof typeof optionNames;

/** The names in one language. */
export const optionNamesIn = (language: 0 | 1): Record<OptionParam, string> =>
  Object.fromEntries(Object.entries(optionNames).map(([param, names]) => [param, names[language]])) as Record<
    OptionParam,
    string
  >;
