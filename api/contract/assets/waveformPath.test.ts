import { expect, test } from 'vitest';
import { waveformPath } from './waveformPath.ts';

const of = (...loudness: number[]) => Buffer.from(loudness).toString('base64');

test('each bar is as high as the loudest part that it stands for, and silence is seen', () => {
  expect(waveformPath(of(255, 0, 128, 64), 2)).toEqual({ path: 'M0 0h3v32h-3zM4 8h3v16h-3z', bars: 2 });
  expect(waveformPath(of(255, 0), 48)).toEqual({ path: 'M0 0h3v32h-3zM4 15h3v2h-3z', bars: 2 });
});

test('what is not there has no bar', () => {
  expect(waveformPath('', 48)).toEqual({ path: '', bars: 0 });
});
