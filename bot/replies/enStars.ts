/** What the bot says of favourites, in English. */
export const enStars = {
  kept: 'Added to your favourites. It is kept until you press ⭐ again. /history shows your favourites.',
  dropped: 'No longer one of your favourites. It will be deleted like everything else of its age.',
  tooMany: 'You have as many favourites as you may. Press ⭐ on one of them again to make room.',
  title: 'Your favourites',
  none: 'You have no favourites. Press ⭐ below a result to keep it.',
  noMore: (page: number) => `There is nothing on page ${page}. Choose a lower page.`,
  page: (page: number) => `page ${page}`,
};
