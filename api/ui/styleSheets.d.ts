/** The bundler takes the sheet along; the module itself exports nothing. */
declare module '*.css';
