/** Each may stand in a file instead: `NAME_FILE` is its path. OIDC_PROVIDERS has had a variable of its own for long. */
export const secretNames = [
  'DATABASE_URL',
  'REDIS_URL',
  'S3_ACCESS_KEY',
  'S3_SECRET_KEY',
  'FILE_SIGNING_KEY',
  'COMFYUI_URLS',
  'COMFYUI_CREDENTIALS',
  'JWT_KEYS',
  'DATA_KEYS',
  'ADMIN_PASSWORD',
  'SMTP_URL',
  'METRICS_TOKEN',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'SHOP_WEBHOOK_SECRET',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;
