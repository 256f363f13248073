import { z } from 'zod';
import { isUrl, isWholeUrl, partUrl } from './values.ts';

const address = String.raw`[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+`;

const isSmtpUrl = (text: string): boolean =>
  isUrl(text, ['smtp:', 'smtps:']) && !/[?#]/.test(text) && new URL(text).hostname !== '';

/** E-mail to people. */
export const mailEnv = {
  SMTP_URL: z
    .string()
    .refine(isWholeUrl, partUrl)
    .refine(isSmtpUrl, 'must be smtp://user:password@host:587 or smtps://user:password@host:465')
    .optional()
    .describe(
      'Server that e-mail is sent by: smtp:// with STARTTLS, smtps:// with TLS from the start; unset: none is sent',
    ),
  SMTP_TLS: z
    .enum(['required', 'optional'])
    .default('required')
    .describe('Whether smtp:// may send without STARTTLS, as to a relay on the same machine'),
  MAIL_FROM: z
    .string()
    .regex(new RegExp(`^(?:[^<>",\\x00-\\x1f\\x7f]{1,100} <${address}>|${address})$`), {
      message: 'must be an address, or Name <address>',
    })
    .optional()
    .describe('Sender of e-mail, such as Star-Graph <noreply@pictures.example>; goes with SMTP_URL'),
};
