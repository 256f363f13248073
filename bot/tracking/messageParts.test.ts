import { ActionRow, type APIMessage, ComponentType, ContainerComponent, type Message } from 'discord.js';
import { expect, test } from 'vitest';
import { listCustomIds, listMedia, readTexts, toApi } from './messageParts.ts';

const button = (custom_id: string) => ({ type: ComponentType.Button, style: 2, label: 'Press', custom_id });
const text = (content: string) => ({ type: ComponentType.TextDisplay, content });
const shown = {
  components: [
    {
      type: ComponentType.Container,
      components: [
        { type: ComponentType.Section, components: [text('A fox')], accessory: button('section') },
        {
          type: ComponentType.Section,
          components: [text('An owl')],
          accessory: { type: ComponentType.Thumbnail, media: { url: 'https://a/owl.webp' } },
        },
        {
          type: ComponentType.MediaGallery,
          items: [
            { media: { url: 'https://a/1.png', content_type: 'image/png' } },
            { media: { url: 'https://a/2.mp4' } },
          ],
        },
        { type: ComponentType.ActionRow, components: [button('inner')] },
        {
          type: ComponentType.ActionRow,
          components: [
            {
              type: ComponentType.StringSelect,
              custom_id: 'list',
              options: [{ label: 'A', value: 'chosen' }],
            },
          ],
        },
      ],
    },
    { type: ComponentType.ActionRow, components: [button('outer')] },
  ],
} as unknown as APIMessage;

test('buttons, choices, pictures and words are found inside containers and sections', () => {
  // As the library understands the message, and tells it on.
  const [container, row] = shown.components ?? [];
  const components: unknown[] = [
    Reflect.construct(ContainerComponent, [container]),
    Reflect.construct(ActionRow, [row]),
  ];
  const message = { components } as Message;
  for (const one of [shown, toApi(message)]) {
    expect(listCustomIds(one)).toEqual(['section', 'inner', 'chosen', 'outer']);
    expect(listMedia(one).map(({ url }) => url)).toEqual([
      'https://a/owl.webp',
      'https://a/1.png',
      'https://a/2.mp4',
    ]);
    expect(listMedia(one)[1]).toMatchObject({ contentType: 'image/png' });
    expect(readTexts(one)).toBe('A fox\nAn owl');
  }
});
