import { ClientProblem } from '@star-graph/client/clientProblem';
import type { CreditPackageView } from '@star-graph/contract/payments/packages';
import {
  ActionRowBuilder,
  type APIActionRowComponent,
  type APIButtonComponent,
  ButtonBuilder,
  ButtonStyle,
} from 'discord.js';
import { formatOrderId, type OrderId } from '../../components/buttons/customId.ts';
import { type Answerable, deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

const texts = inBoth(
  {
    title: 'Credits to buy',
    none: 'No credits are sold here. /daily gives you some every day, and others can /gift you some.',
    ways: { stripe: 'by card', outside: 'by other means' },
    ordered: (name: string, price: string, until: string) =>
      `**${name}** for ${price}. Pay until ${until}; the credits arrive by themselves once the payment is known.`,
    pay: 'Pay',
    paid: 'This order is paid. /balance shows your credits.',
    over: 'This order can no longer be paid. Use /buy to make a new one.',
    changed: 'The price has changed meanwhile. Use /buy to see what it is now.',
  },
  {
    title: '可购买的积分',
    none: '此处不出售积分。可用 /每日 领取当天的积分，也可由他人 /赠送。',
    ways: { stripe: '银行卡支付', outside: '其他方式' },
    ordered: (name, price, until) =>
      `**${name}**，${price}。请在 ${until} 前付款；确认付款后，积分会自动到账。`,
    pay: '去付款',
    paid: '此订单已付款。可用 /余额 查看积分。',
    over: '此订单已无法付款。请用 /购买 重新下单。',
    changed: '价格已有变动。请用 /购买 查看当前价格。',
  },
);

const buttonsInRow = 5;
/** Two ways to pay each: a message takes twenty-five buttons. */
const packagesShown = 12;

export const command: Command = {
  data: createSlash({ name: ['buy', '购买'], description: ['Buy credits', '购买积分'] }).toJSON(),
  texts,
  audience: 'private',
  execute: showPackages,
};

/** What credits cost, with a button for each package and way to pay. */
export async function showPackages({ client, say, locale }: Context, interaction: Answerable): Promise<void> {
  const { items, providers } = await client.listPackages();
  const sold = providers.length === 0 ? [] : items.slice(0, packagesShown);
  const { title, none, ways } = texts[locale];
  if (sold.length === 0) throw new Refusal(none);
  const lines = sold.map(
    (one) =>
      `**${presentText(one.name[locale], 100)}** · ${say.credits(one.credits)} · ${priceOf(one, locale)}`,
  );
  const buttons = sold.flatMap(({ id: packageId, version, name }) =>
    providers.map((provider) => {
      const way = providers.length > 1 ? ` · ${ways[provider]}` : '';
      return new ButtonBuilder()
        .setCustomId(formatOrderId({ packageId, version, provider }))
        .setStyle(ButtonStyle.Primary)
        .setLabel(`${name[locale].slice(0, 60)}${way}`);
    }),
  );
  await interaction.editReply({
    content: [`**${title}**`, ...lines].join('\n'),
    components: toRows(buttons),
    allowedMentions: { parse: [] },
  });
}

/** The list, as a button offers it to somebody with too few credits. */
export async function openPackages(context: Context, interaction: Press): Promise<void> {
  await deferReply(interaction, 'private');
  await showPackages(context, interaction);
}

/** Orders a package. The same button of the same message makes one order. */
export async function order(
  { client, locale }: Context,
  interaction: Press,
  { packageId, version, provider }: OrderId,
): Promise<void> {
  await deferReply(interaction, 'private');
  const { ordered, pay, paid, over, changed } = texts[locale];
  const key = `${interaction.message.id}:${packageId.slice(-12)}:${provider}`;
  const made = await client
    .createOrder({ body: { packageId, packageVersion: version, provider, key } })
    .catch((error: unknown) => {
      const isOther = error instanceof ClientProblem && changes.some((code) => code === error.code);
      throw isOther ? new Refusal(changed) : error;
    });
  if (made.state === 'paid') throw new Refusal(paid);
  if (made.state !== 'open') throw new Refusal(over);
  const until = `<t:${Math.floor(Date.parse(made.expiresAt) / 1_000)}:f>`;
  const how = made.howToPay === undefined ? [] : [presentText(made.howToPay), `\`${made.id}\``];
  const link = made.checkoutUrl && new ButtonBuilder().setURL(made.checkoutUrl).setLabel(pay);
  await interaction.editReply({
    content: [ordered(presentText(made.name, 100), priceOf(made, locale), until), ...how].join('\n'),
    components: link ? toRows([link.setStyle(ButtonStyle.Link)]) : [],
    allowedMentions: { parse: [] },
  });
}

/** The package is gone or has another price, or the key stands for an order at the old one. */
const changes = ['changed-meanwhile', 'not-found', 'idempotency-conflict'];

/** The currency says how many of the smallest unit make one. */
function priceOf(
  { amount, currency }: Pick<CreditPackageView, 'amount' | 'currency'>,
  locale: Context['locale'],
): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function toRows(buttons: readonly ButtonBuilder[]): APIActionRowComponent<APIButtonComponent>[] {
  return Array.from({ length: Math.ceil(buttons.length / buttonsInRow) }, (_, row) =>
    new ActionRowBuilder<ButtonBuilder>()
      .addComponents(buttons.slice(row * buttonsInRow, (row + 1) * buttonsInRow))
      .toJSON(),
  );
}
