import type { QuoteView } from '@star-graph/contract/tasks/generate';
import { findShortage } from '@star-graph/contract/tasks/shortage';
import {
  type ChatInputCommandInteraction,
  type ContextMenuCommandInteraction,
  LabelBuilder,
  ModalBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { Press } from '../../interaction/acknowledge.ts';
import type { Messages } from '../../replies/texts/en.ts';

const textMax = 4_000;
const shortMax = 200;

interface FormField {
  id: string;
  label: string;
  value: string;
  isRequired: boolean;
  /** One line, for a number or similar. */
  isShort?: boolean;
  placeholder?: string;
  /** A note below the label. */
  note?: string;
}

/** The price of sending the form, and the payer or what is missing, if known. */
export function priceNote(
  say: Messages,
  quote: QuoteView | undefined,
  sayPrice = say.price,
): Pick<FormField, 'note'> {
  if (!quote) return {};
  const shortage = findShortage([quote]);
  if (shortage) return { note: say.sentences([say.shortage(shortage), say.wayToCredits]) };
  const { cost, sharedCredits: share } = quote;
  return { note: share?.pays ? say.shared.price(cost, share.left, share.perDay) : sayPrice(cost) };
}

/** A form of text fields, within Discord's limits. */
export function createForm(customId: string, title: string, fields: readonly FormField[]): ModalBuilder {
  const labels = fields.slice(0, 5).map((field) => {
    const label = new LabelBuilder().setLabel(field.label.slice(0, 45));
    if (field.note !== undefined) label.setDescription(field.note.slice(0, 100));
    return label.setTextInputComponent(createInput(field));
  });
  return new ModalBuilder()
    .setCustomId(customId)
    .setTitle(title.slice(0, 45))
    .addLabelComponents(...labels);
}

export function createInput({ id, value, isRequired, isShort, placeholder }: FormField): TextInputBuilder {
  const input = new TextInputBuilder()
    .setCustomId(id)
    .setStyle(isShort ? TextInputStyle.Short : TextInputStyle.Paragraph)
    .setMaxLength(isShort ? shortMax : textMax)
    .setRequired(isRequired);
  if (value !== '') input.setValue(value.slice(0, isShort ? shortMax : textMax));
  if (placeholder !== undefined) input.setPlaceholder(placeholder.slice(0, 100));
  return input;
}

/** Interactions that may be answered with a form: all except another form. */
export type FormOpener = Press | ChatInputCommandInteraction | ContextMenuCommandInteraction;
