import type { enPictures } from '../en/pictures.ts';

/** 机器人关于所收到图片和视频的文字，简体中文。 */
export const zhCNPictures: typeof enPictures = {
  attachment: {
    type: '请附上 PNG、JPEG 或 WebP 图片。',
    size: (megabytes) => `图片太大，请附上不超过 ${megabytes} MB 的图片。`,
    host: '我只能使用 Discord 上的图片。请直接附上图片。',
    gone: '图片已不存在。请重新附上。',
    cut: 'Discord 中途停止了发送图片。请重试，或重新附上图片。',
  },
  film: {
    type: '请附上 MP4 或 WebM 视频。',
    size: (megabytes) => `视频太大，请附上不超过 ${megabytes} MB 的视频。`,
    host: '我只能使用 Discord 上的视频。请直接附上视频。',
    gone: '视频已不存在。请重新附上。',
    cut: 'Discord 中途停止了发送视频。请重试，或重新附上视频。',
  },
  mask: {
    label: '蒙版',
    hint: '要重绘处为白色，其余为黑色；或擦除了该部分的 PNG 图片。',
    prompt: '在该处绘制的内容',
    unreadable: '无法读取蒙版，请附上 PNG、JPEG 或 WebP 图片。',
    size: (width, height, wantedWidth, wantedHeight) =>
      `蒙版为 ${width} × ${height} 像素，图片为 ${wantedWidth} × ${wantedHeight} 像素。请附上形状相同的蒙版。`,
    grey: '蒙版必须是黑白的。请把要重绘的部分涂白、其余涂黑，或擦除该部分并保存为 PNG。',
    empty: '蒙版没有标出任何部分。请把要重绘的部分涂白、其余涂黑，或擦除该部分。',
    full: '蒙版标出了整张图片。请把要保留的部分涂黑；若要全部重绘，请用 /图生图。',
  },
  outpaint: {
    direction: '方向',
    directions: { all: '四周', left: '向左', right: '向右', up: '向上', down: '向下' },
    howFar: '每一边扩展多少',
    howFarHint: '按图片的百分比或像素填写，例如 25% 或 200px。',
    prompt: '整个画面的内容',
    amount: (percent, pixels) =>
      `请按百分比或像素填写扩展量，例如 25% 或 200px；每边最多 ${percent}% 或 ${pixels}px。`,
  },
};
