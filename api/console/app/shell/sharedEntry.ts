/** Where the service worker leaves what the phone's share sheet brought, one entry a picture, until Create has it. */
export const sharedCache = 'shared-picture';
export const sharedEntry = '/share-target/picture';
/** More than a phone shares at once; a site that pretends to be one fills no disk. */
export const mostShared = 100;
/** The header with the file's name, as a part of an address has it. */
export const nameHeader = 'x-file-name';
/** Where the share sheet sends to, and where it leads. */
export const shareTarget = '/share-target';
export const sharedArrival = '/create?shared=1';
