/** Addresses of the page's views: whoever opens or reloads one gets the page, and it shows the view. */
export const viewPath =
  /^\/(?:(?:create|canvas|explore|gallery|collections|queue|account|connect|admin|share-target)(?:\/.*)?)?$/;
