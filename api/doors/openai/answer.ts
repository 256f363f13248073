import type { Encoding } from '@star-graph/core/media/pictureFormats';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiContext } from '../../apiContext.ts';
import type { DoorDeps } from '../doorDeps.ts';
import {
  creditsOf,
  type DrawnTask,
  faultOf,
  firstFaultOf,
  type OtherResult,
  presentOthers,
  readResult,
} from '../readResults.ts';
import { signResult } from '../resultLinks.ts';
import type { Asked } from './parameters.ts';

export const resultPath = '/v1/images/results';
/** Where OpenRouter's clients ask for pictures outside a chat. */
export const routerImagesPath = '/v1/images';

/** Where its documentation has films. */
export const routerVideosPath = '/api/v1/videos';
/** Where clients of Google's Gemini API ask; its package of 2026 asks at `/v1`. */
export const geminiPrefix = '/v1beta/';
export const geminiKeyHeader = 'x-goog-api-key';
/** The two APIs share some addresses. */
export const speaksGemini = (ctx: Pick<ApiContext, 'path' | 'get'>): boolean =>
  ctx.path.startsWith(geminiPrefix) || ctx.get(geminiKeyHeader) !== '';

/** One token is one credit: clients that count tokens count what was paid. */
interface Usage {
  input_tokens: number;
  input_tokens_details: { text_tokens: number; image_tokens: number };
  output_tokens: number;
  total_tokens: number;
}

export const usageOf = (credits: number): Usage => ({
  input_tokens: 0,
  input_tokens_details: { text_tokens: 0, image_tokens: 0 },
  output_tokens: credits,
  total_tokens: credits,
});

/** The same in the words of chats and of OpenRouter. */
export const tokensOf = (credits: number) => ({
  prompt_tokens: 0,
  completion_tokens: credits,
  total_tokens: credits,
});

/**
 * Said beside a picture where an answer is somebody's turn: agents ask a model again that did not speak, and pay for a
 * picture each time.
 */
export function wordsBeside(account: Pick<PersonCaller['account'], 'locale'>, others: string): string {
  const words = account.locale === 'zh-CN' ? '图片已完成。' : 'Here is the picture.';
  return others === '' ? words : `${words}\n\n${others}`;
}

export const encodingOf = ({ output_format: format, output_compression: compression }: Asked): Encoding => ({
  format,
  ...(compression === undefined ? {} : { quality: Math.max(1, compression) }),
});

/** What was done, in the words of the answer, which has no `auto`. */
export function qualityOf({ quality }: Asked): string {
  if (quality === 'auto' || quality === 'standard') return 'medium';
  return quality === 'hd' ? 'high' : quality;
}

const wantsLink = ({ response_format: format, model }: Asked): boolean =>
  format === undefined ? (model?.startsWith('dall-e') ?? false) : format === 'url';

interface Images extends Record<string, unknown> {
  created: number;
  data: { url?: string; b64_json?: string }[];
  other_results?: OtherResult[];
}

/**
 * The answer to a request without a stream. Where some of several tasks failed, it has the pictures of the others,
 * which are paid.
 * @throws Problem of the first task where none has a picture.
 */
export async function presentImages(
  deps: DoorDeps,
  asked: Asked,
  ended: readonly DrawnTask[],
): Promise<Images> {
  const outputs = ended.flatMap((one) =>
    faultOf(one) ? [] : one.outputs.map((asset) => ({ asset, userId: one.task.userId })),
  );
  const [first] = outputs;
  if (!first) throw firstFaultOf(ended);
  const encoding = encodingOf(asked);
  const data: Images['data'] = [];
  // One after the other: each is held in memory while it is encoded.
  for (const { asset, userId } of outputs) {
    if (wantsLink(asked))
      data.push({
        url: `${deps.publicUrl}${resultPath}/${signResult(deps, { assetId: asset.id, userId }, encoding)}`,
      });
    else data.push({ b64_json: (await readResult(deps, asset, encoding)).toString('base64') });
  }
  const others = await presentOthers(deps, ended);
  return {
    created: Math.floor(deps.clock.now().getTime() / 1_000),
    data,
    ...(others.length > 0 && { other_results: others }),
    background: 'opaque',
    output_format: asked.output_format,
    quality: qualityOf(asked),
    size: `${first.asset.width}x${first.asset.height}`,
    usage: usageOf(creditsOf(ended)),
  };
}
