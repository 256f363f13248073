/** The text of a style sheet, for a root of our own in a page of others. */
declare module '*.css?inline' {
  const sheet: string;
  export default sheet;
}
