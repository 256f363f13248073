import type { Client } from '@modelcontextprotocol/client';

type ToolResult = Awaited<ReturnType<Client['callTool']>>;
type Content = ToolResult['content'][number];

const ofType =
  <Type extends Content['type']>(type: Type) =>
  ({ content }: ToolResult) =>
    content.filter((one): one is Extract<Content, { type: Type }> => one.type === type);

export const imagesOf = ofType('image');
export const linksOf = ofType('resource_link');

export const textOf = ({ content }: ToolResult): string =>
  content.flatMap((one) => (one.type === 'text' ? one.text : [])).join('\n');
