import { ComponentType } from 'discord.js';
import { expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { zhCN } from '../../replies/texts/zhCN.ts';
import { checkMessage, type MessageBody } from '../../testing/discord/messageRules.ts';
import { samplePicture, sampleTask } from '../../testing/sampleTask.ts';
import { createResultRows, type Row } from './buttons.ts';
import { parseButtonId } from './customId.ts';

const four = sampleTask({ outputs: [0, 1, 2, 3].map((place) => samplePicture(place)) });
/** Every row as people read it: emoji and label of buttons, and of the choices of a list. */
const read = (rows: Row[]) =>
  rows.map(({ components }) =>
    components.flatMap((part) => {
      if (part.type === ComponentType.Button)
        return [
          ['emoji' in part && part.emoji?.name, 'label' in part && part.label].filter(Boolean).join(' '),
        ];
      return part.type === ComponentType.StringSelect
        ? [part.placeholder, ...part.options.map(({ emoji, label }) => `${emoji?.name} ${label}`)]
        : [];
    }),
  );

test('a single picture has two rows of buttons, and the last ones below', () => {
  expect(read(createResultRows(en, sampleTask(), true, []))).toEqual([
    ['🔍 Upscale', '🎲 Re-roll', '🪄 Vary (subtle)', '🪄 Vary (strong)', '✏️ Edit'],
    ['🎬 Animate', '🖌️ Redraw a part', '↔️ Extend', '🔀 Again with…', '⭐'],
    ['🗑️', '🌐 Publish'],
  ]);
  const [, second] = read(createResultRows(en, sampleTask(), false, [], { cutOut: true }));
  expect(second).toContain('✂️ Cut out');
  expect(read(createResultRows(zhCN, sampleTask(), false, []))).toEqual([
    ['🔍 放大', '🎲 重新生成', '🪄 细微变体', '🪄 强烈变体', '✏️ 修改'],
    ['🎬 动起来', '🖌️ 局部重绘', '↔️ 扩展画面', '🔀 换个方式', '⭐'],
    ['🗑️'],
  ]);
});

test('each of four pictures can be enlarged, varied or animated', () => {
  expect(read(createResultRows(en, four, false, []))).toEqual([
    ['🔍 U1', '🔍 U2', '🔍 U3', '🔍 U4'],
    [
      'More with one picture…',
      ...[1, 2, 3, 4].flatMap((place) => [
        `🪄 Picture ${place} · Vary (subtle)`,
        `🪄 Picture ${place} · Vary (strong)`,
        `🎬 Picture ${place} · Animate`,
        `🖌️ Picture ${place} · Redraw a part`,
        `↔️ Picture ${place} · Extend`,
        `⭐ Picture ${place} · Star`,
      ]),
    ],
    ['🎲 Re-roll', '✏️ Edit', '🔀 Again with…', '🗑️'],
  ]);
});

test('eight pictures have a button each to enlarge, and two lists', () => {
  const eight = sampleTask({ outputs: [0, 1, 2, 3, 4, 5, 6, 7].map((place) => samplePicture(place)) });
  const [first, second, list, otherList, last, ...more] = read(createResultRows(en, eight, false, []));
  expect([first, second]).toEqual([
    ['🔍 U1', '🔍 U2', '🔍 U3', '🔍 U4', '🔍 U5'],
    ['🔍 U6', '🔍 U7', '🔍 U8'],
  ]);
  expect([list?.[0], list?.length]).toEqual(['More with one of pictures 1–4…', 25]);
  expect(otherList?.[0]).toBe('More with one of pictures 5–8…');
  expect(otherList?.at(-1)).toBe('⭐ Picture 8 · Star');
  expect([last, more]).toEqual([['🎲 Re-roll', '✏️ Edit', '🔀 Again with…', '🗑️'], []]);
});

test('a choice equals its button, and so do numbered rows', () => {
  const [numbers, list] = createResultRows(en, four, false, []);
  const ids = numbers?.components.map((part) => ('custom_id' in part ? part.custom_id : ''));
  expect(ids?.map((id) => parseButtonId(id))).toMatchObject(
    [0, 1, 2, 3].map((index) => ({ action: 'upscale', taskId: four.id, index })),
  );
  const [select] = list?.components ?? [];
  if (select?.type !== ComponentType.StringSelect) throw new Error('there is no list');
  expect(select.options.map(({ value }) => parseButtonId(value)).slice(3, 8)).toMatchObject([
    { action: 'inpaint', index: 0 },
    { action: 'outpaint', index: 0 },
    { action: 'star', index: 0 },
    { action: 'subtle', index: 1 },
    { action: 'strong', index: 1 },
  ]);
});

test('a picture beside a film keeps its place among the results', () => {
  const film = samplePicture(0, { mime: 'video/mp4' });
  const rows = createResultRows(en, sampleTask({ outputs: [film, samplePicture(1)] }), false, []);
  const [upscale] = rows[0]?.components ?? [];
  expect(upscale && 'custom_id' in upscale && parseButtonId(upscale.custom_id)).toMatchObject({
    action: 'upscale',
    index: 1,
  });
});

test('a film, or a picture without prompt, offers no impossible action', () => {
  const film = sampleTask({
    workflow: { name: 'text2video', version: 1 },
    outputs: [samplePicture(0, { mime: 'image/webp' })],
  });
  expect(read(createResultRows(en, film, false, []))).toEqual([
    ['🎲 Re-roll', '✏️ Edit', '🔀 Again with…', '⭐', '🗑️'],
  ]);
  const enlarged = sampleTask({ params: { image: 'x', scale: 2 } });
  expect(read(createResultRows(en, enlarged, false, []))).toEqual([
    ['🔍 Upscale', '🎲 Re-roll', '🎬 Animate', '🖌️ Redraw a part', '↔️ Extend'],
    ['🔀 Again with…', '⭐', '🗑️'],
  ]);
});

test.each([en, zhCN])('nine pictures with five links keep to the limits of Discord', (say) => {
  const many = sampleTask({ outputs: [0, 1, 2, 3, 4, 5, 6, 7, 8].map((place) => samplePicture(place)) });
  const links = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => `http://127.0.0.1/${place}`);
  const rows = createResultRows(say, many, true, links);
  expect(rows).toHaveLength(5);
  expect(() => checkMessage({ components: rows as MessageBody['components'] })).not.toThrow();
  const without = createResultRows(say, many, true, []);
  expect(() => checkMessage({ components: without as MessageBody['components'] })).not.toThrow();
  // The row of links and the delete button always have room.
  expect(read(rows).at(-2)).toContain('🗑️');
});

test.each([1, 4, 5, 8])('the rows of %i pictures have room to open them in Discord', (count) => {
  const outputs = Array.from({ length: count }, () => sampleTask().outputs).flat();
  const links = ['https://files.example/a'];
  const rows = createResultRows(en, { ...sampleTask(), outputs }, true, links, { cutOut: true, open: true });
  expect(rows.length).toBeLessThanOrEqual(5);
  const ids = rows.flatMap((row) => row.components.map((one) => ('custom_id' in one ? one.custom_id : '')));
  expect(ids.filter((id) => id.startsWith('sg1:open:'))).toHaveLength(1);
  // Nothing else has made room for it.
  for (const action of ['delete', 'publish', 'reroll']) expect(ids.join()).toContain(`sg1:${action}:`);
});
