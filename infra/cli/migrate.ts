import '@star-graph/core/db/migrate/main';
