window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  // Its default asks a service elsewhere to judge the document.
  validatorUrl: null,
  persistAuthorization: false,
});
