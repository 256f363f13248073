import '@star-graph/core/ground/db/migrate/main';
