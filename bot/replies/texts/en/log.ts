/** Sentences of the moderators' log, in English. */
export const enLog = {
  asked: 'Request',
  refused: 'Refused',
  command: 'Command',
  channel: 'Channel',
  message: 'Message',
  open: 'Open',
  forOneAlone: 'shown only to them',
  told: 'What they were told',
  leftOut: (count: number) => `${count} more entries came too fast to be listed here.`,
};
