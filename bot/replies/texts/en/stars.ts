/** Sentences about favourites, in English. */
export const enStars = {
  kept: 'Added to your favourites. It is kept until you press ⭐ again. /history shows your favourites.',
  dropped: 'No longer one of your favourites. It will be deleted like everything else of its age.',
  tooMany: 'You have as many favourites as you may. Press ⭐ on one of them again to make room.',
  title: 'Your favourites',
  none: 'You have no favourites. Press ⭐ below a result to keep it.',
  noMore: (page: number) => `There is nothing on page ${page}. Choose a lower page.`,
  page: (page: number) => `page ${page}`,
};

/** Sentences about galleries and public results, in English. */
export const enGallery = {
  given: 'You gave it a star.',
  givenBefore: 'You have already given it a star.',
  stars: (count: number) => `It has ${count} ${count === 1 ? 'star' : 'stars'}.`,
  missing: (count: number, missing: number, gallery: string) =>
    `It has ${count} ${count === 1 ? 'star' : 'stars'}; ${missing} more and it goes into ${gallery}.`,
  due: (count: number, gallery: string) =>
    `With yours, it has ${count} ${count === 1 ? 'star' : 'stars'} and goes into ${gallery}.`,
  notPublic: 'This result is no longer there, or it was never shown in public.',
  lacks: (permissions: string, channel: string) =>
    `I cannot post in ${channel}: I lack these permissions there: ${permissions}. Give them to me, then set the channel again.`,
  permission: {
    ViewChannel: 'View Channel',
    SendMessages: 'Send Messages',
    EmbedLinks: 'Embed Links',
    AttachFiles: 'Attach Files',
  },
  notPosted: 'Not posted in the gallery',
  why: 'Why',
  cannotPost: (channel: string) =>
    `Discord does not let me post in ${channel}. Give me View Channel, Send Messages, Embed Links and Attach Files there. I try again every ten minutes for a day.`,
  publishedUnknown:
    'Discord did not say whether it was published. Look in the channel: if it is not there, press Publish again.',
};

/** Both groups under their keys in the whole catalogue of sentences. */
export const enStarTexts = { stars: enStars, gallery: enGallery };
