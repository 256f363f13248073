/** Sentences about making a result again with another workflow, in English. */
export const enAgain = {
  ask: 'What should I make it with? Prompt, size and seed carry over as far as possible.',
  choose: 'Choose…',
  none: 'Nothing else here fits this result right now.',
  gone: 'This is not available right now. Choose another.',
  needed: (names: string) => `This also needs: ${names}. Use its command instead.`,
  changed: (changes: string) => `Changed: ${changes}.`,
  change: (name: string, from: string, to: string) => `${name} ${from} → ${to}`,
  left: (names: string) => `Left out or set anew: ${names}.`,
};
